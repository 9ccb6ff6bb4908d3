package io.connectorkit.jdbc;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The secrets and parameters inside a JDBC URL. */
final class JdbcUrl {

    static final String MASK = "***";

    private static final Pattern SECRET_NAME = Pattern.compile("(?i).*(pass|pwd|secret|token|credential).*");

    /** {@code name=value} after one of the separators that drivers use: ? &amp; ; */
    private static final Pattern PARAMETER = Pattern.compile("([?&;])([^?&;=]+)=([^&;]*)");

    /** {@code user:password@} or Oracle's {@code user/password@}. */
    private static final Pattern LOGIN = Pattern.compile("(//|:thin:)([^/@:?;]+)([:/])([^/@?;]+)@");

    private JdbcUrl() {}

    static boolean isSecret(String name) {
        return SECRET_NAME.matcher(name).matches();
    }

    /** {@code url} with the values of its secrets replaced. */
    static String masked(String url) {
        String noLogin = LOGIN.matcher(url).replaceAll("$1$2$3" + MASK + "@");
        return PARAMETER.matcher(noLogin).replaceAll(match -> {
            String value = isSecret(match.group(2)) ? MASK : match.group(3);
            return Matcher.quoteReplacement(match.group(1) + match.group(2) + "=" + value);
        });
    }

    static boolean hasParameter(String url, String name) {
        return PARAMETER.matcher(url).results().anyMatch(match -> match.group(2).equalsIgnoreCase(name));
    }

    /**
     * {@code url} without its secret query parameters, which move into {@code properties}: drivers put the URL, but
     * never a property, into their exceptions.
     */
    static String moveSecrets(String url, Properties properties) {
        int query = url.indexOf('?');
        if (query < 0) {
            return url;
        }
        StringBuilder kept = new StringBuilder(url.substring(0, query));
        char separator = '?';
        for (String parameter : url.substring(query + 1).split("&", -1)) {
            int equals = parameter.indexOf('=');
            if (equals > 0 && isSecret(parameter.substring(0, equals))) {
                String value = URLDecoder.decode(parameter.substring(equals + 1), StandardCharsets.UTF_8);
                properties.setProperty(parameter.substring(0, equals), value);
            } else if (!parameter.isEmpty()) {
                kept.append(separator).append(parameter);
                separator = '&';
            }
        }
        return kept.toString();
    }
}
