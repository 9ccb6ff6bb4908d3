package io.connectorkit.elasticsearch;

import java.util.regex.Pattern;

/**
 * Elasticsearch's reason for a refusal, without document content: reasons quote what they could not parse, and none of
 * it may reach a log or an exception. Names of fields stay.
 */
final class RefusalReason {

    private static final int MAX_CHARS = 400;

    /** From here on a reason repeats the document. A line break comes before the parser's excerpt of its input. */
    private static final Pattern CONTENT = Pattern.compile(
            "(\\. )?(Preview of field's value|The prefix of the first immense term|\\R).*", Pattern.DOTALL);

    /** Greedy, for a value may itself contain quotes. */
    private static final Pattern QUOTED = Pattern.compile("'.*'|\".*\"");

    private static final Pattern ID = Pattern.compile(" in document with id '\\.\\.\\.'");

    /** What a parser says: values stand in brackets too, and only positions are sure to be none. */
    private static final String PARSER = "failed to parse:";

    private static final Pattern BRACKETED = Pattern.compile("\\[(?!\\d+:\\d+])[^\\[]*]");
    private static final Pattern CHARACTER =
            Pattern.compile("Unexpected character \\(.*?\\(code \\d+( / 0x[0-9a-f]+)?\\)\\)");

    private RefusalReason() {}

    static String withoutValues(String reason) {
        String text = CONTENT.matcher(reason).replaceFirst("");
        text = CHARACTER.matcher(text).replaceAll("Unexpected character");
        text = QUOTED.matcher(text).replaceAll("'...'");
        text = ID.matcher(text).replaceFirst("");
        int parser = text.indexOf(PARSER);
        if (parser >= 0) {
            text = text.substring(0, parser)
                    + BRACKETED.matcher(text.substring(parser)).replaceAll("[...]");
        }
        return text.length() <= MAX_CHARS ? text : text.substring(0, MAX_CHARS) + "...";
    }
}
