package io.connectorkit.elasticsearch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.connectorkit.change.ChangeVersion;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what Elasticsearch answered to a {@code _mget} of versions. */
final class StandingReply {

    static final String FILTER = "docs.found,docs._seq_no,docs._primary_term,docs._source,docs.error.type,"
            + "docs.error.reason,error.type,error.reason,status";

    private static final JsonFactory JSON = new JsonFactory();
    private static final String NO_INDEX = "index_not_found_exception";

    private final String versionField;

    StandingReply(String versionField) {
        this.versionField = versionField;
    }

    /** What is known of each document asked for, in order; throws when it is not the answer of a {@code _mget}. */
    List<Standing> parse(InputStream body) throws IOException {
        List<Standing> standings = new ArrayList<>();
        try (JsonParser parser = JSON.createParser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("not a JSON object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                if (field.equals("docs") && parser.nextToken() == JsonToken.START_ARRAY) {
                    while (parser.nextToken() == JsonToken.START_OBJECT) {
                        standings.add(readDocument(parser));
                    }
                } else {
                    parser.nextToken();
                    parser.skipChildren();
                }
            }
        }
        return standings;
    }

    /** Reads {@code {"found": true, "_seq_no": 7, "_primary_term": 1, "_source": {..}}}, or an error. */
    private Standing readDocument(JsonParser parser) throws IOException {
        boolean found = false;
        long sequenceNumber = -1;
        long primaryTerm = -1;
        Source source = Source.EMPTY;
        BulkReply.Error error = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (field) {
                case "found" -> found = value == JsonToken.VALUE_TRUE;
                case "_seq_no" -> sequenceNumber = parser.getLongValue();
                case "_primary_term" -> primaryTerm = parser.getLongValue();
                case "_source" -> source = readSource(parser);
                case "error" -> error = BulkReply.readError(parser);
                default -> parser.skipChildren();
            }
        }
        if (error != null) {
            // The first write may create the index.
            return NO_INDEX.equals(error.type()) ? Standing.NOTHING : Standing.unknown(error);
        }
        if (!found) {
            return Standing.NOTHING;
        }
        if (sequenceNumber < 0 || primaryTerm < 0) {
            throw new IOException("a document without a sequence number");
        }
        return new Standing(true, sequenceNumber, primaryTerm, source.version, source.deleted, null);
    }

    private Source readSource(JsonParser parser) throws IOException {
        ChangeVersion version = null;
        boolean deleted = false;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            JsonToken value = parser.nextToken();
            if (field.equals(versionField) && (value.isNumeric() || value == JsonToken.VALUE_STRING)) {
                version = version(parser.getText());
            } else if (field.equals(ActionBody.DELETED)) {
                deleted = value == JsonToken.VALUE_TRUE;
            }
            parser.skipChildren();
        }
        return new Source(version, deleted);
    }

    private static @Nullable ChangeVersion version(String digits) {
        try {
            return ChangeVersion.of(digits);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private record Source(@Nullable ChangeVersion version, boolean deleted) {
        static final Source EMPTY = new Source(null, false);
    }
}
