package io.connectorkit.elasticsearch;

import io.connectorkit.sink.Extractor;
import java.io.Serializable;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;
import org.jspecify.annotations.Nullable;

/**
 * The {@code index} of a SQL table: a name, in which {@code {column}}, {@code {column|yyyy-MM-dd}} and
 * {@code {now()|yyyy-MM-dd}} stand for what a row, or the clock, says.
 */
final class IndexPattern implements Extractor<RowData, String> {

    private static final long serialVersionUID = 1L;

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}|]*)(\\|([^{}]*))?}");
    private static final Set<String> NOW = Set.of("now()", "current_timestamp", "current_timestamp()");

    /** The official connector's. */
    private static final String DEFAULT_FORMAT = "yyyy_MM_dd";

    /** A piece of the name. */
    @FunctionalInterface
    interface Piece extends Serializable {
        String of(RowData row);
    }

    private final List<Piece> pieces;
    private final String literal;
    private final boolean usesClock;

    private IndexPattern(List<Piece> pieces, String literal, boolean usesClock) {
        this.pieces = new ArrayList<>(pieces);
        this.literal = literal;
        this.usesClock = usesClock;
    }

    /** Null for a plain name. */
    static @Nullable IndexPattern of(String text, RowType row, ZoneId zone, Clock clock) {
        List<String> problems = new ArrayList<>();
        List<Piece> pieces = new ArrayList<>();
        StringBuilder literal = new StringBuilder();
        boolean usesClock = false;
        Matcher placeholder = PLACEHOLDER.matcher(text);
        int end = 0;
        while (placeholder.find()) {
            literal(text.substring(end, placeholder.start()), literal, pieces);
            end = placeholder.end();
            String name = placeholder.group(1).strip();
            String format = placeholder.group(3);
            if (NOW.contains(name.toLowerCase(Locale.ROOT))) {
                usesClock = true;
                DateFormat date = DateFormat.of(problems, format == null ? "" : format, zone);
                pieces.add(ignored -> date.text(clock.instant()));
            } else {
                Piece piece = column(problems, row, name, format, zone);
                if (piece != null) {
                    pieces.add(piece);
                }
            }
        }
        literal(text.substring(end), literal, pieces);
        if (text.substring(end).indexOf('{') >= 0 || literal.indexOf("{") >= 0 || literal.indexOf("}") >= 0) {
            problems.add("index must close every { with a }, as in orders-{day|yyyy-MM-dd}, got '" + text + "'");
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
        return end == 0 ? null : new IndexPattern(pieces, literal.toString(), usesClock);
    }

    private static void literal(String text, StringBuilder literal, List<Piece> pieces) {
        if (!text.isEmpty()) {
            literal.append(text);
            pieces.add(ignored -> text);
        }
    }

    private static @Nullable Piece column(
            List<String> problems, RowType row, String name, @Nullable String format, ZoneId zone) {
        int index = row.getFieldNames().indexOf(name);
        if (index < 0) {
            problems.add("index must name columns of the table " + row.getFieldNames() + ", got '{" + name + "}'");
            return null;
        }
        LogicalType type = row.getTypeAt(index);
        Piece value = value(type, index, format == null ? null : DateFormat.of(problems, format, zone));
        if (value == null) {
            problems.add("index must be made of strings, integers, booleans"
                    + (format == null ? "" : " without a format")
                    + ", or dates and timestamps with one, got '{" + name + (format == null ? "" : "|" + format)
                    + "}' of type " + type.asSummaryString());
            return null;
        }
        return data -> {
            if (data.isNullAt(index)) {
                throw new IllegalArgumentException("column '" + name + "' must not be NULL, for it names the index");
            }
            return value.of(data);
        };
    }

    private static @Nullable Piece value(LogicalType type, int index, @Nullable DateFormat format) {
        if (format == null) {
            return switch (type.getTypeRoot()) {
                case CHAR, VARCHAR -> row -> row.getString(index).toString();
                case BOOLEAN -> row -> Boolean.toString(row.getBoolean(index));
                case TINYINT -> row -> Byte.toString(row.getByte(index));
                case SMALLINT -> row -> Short.toString(row.getShort(index));
                case INTEGER -> row -> Integer.toString(row.getInt(index));
                case BIGINT -> row -> Long.toString(row.getLong(index));
                case DATE -> row -> LocalDate.ofEpochDay(row.getInt(index)).toString();
                default -> null;
            };
        }
        return switch (type.getTypeRoot()) {
            case DATE ->
                row -> format.text(LocalDate.ofEpochDay(row.getInt(index)).atStartOfDay());
            case TIME_WITHOUT_TIME_ZONE ->
                row -> format.text(LocalDate.EPOCH.atTime(LocalTime.ofNanoOfDay(row.getInt(index) * 1_000_000L)));
            case TIMESTAMP_WITHOUT_TIME_ZONE -> {
                int precision = LogicalTypeChecks.getPrecision(type);
                yield row -> format.text(row.getTimestamp(index, precision).toLocalDateTime());
            }
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE -> {
                int precision = LogicalTypeChecks.getPrecision(type);
                yield row -> format.text(row.getTimestamp(index, precision).toInstant());
            }
            default -> null;
        };
    }

    @Override
    public String extract(RowData row) {
        StringBuilder name = new StringBuilder();
        for (Piece piece : pieces) {
            name.append(piece.of(row));
        }
        return name.toString();
    }

    /** Whether the index depends on when a row passes, so that a replay may find another. */
    boolean usesClock() {
        return usesClock;
    }

    /** A name for messages and checks: what all indices have in common. */
    String label() {
        String label = literal.replaceAll("^[-_+.]+|[-_+.]+$", "");
        return label.isEmpty() ? "by-column" : label;
    }

    /** A pattern of date and time; formatters do not serialize. */
    private static final class DateFormat implements Serializable {

        private static final long serialVersionUID = 1L;

        private final String pattern;
        private final ZoneId zone;
        private transient @Nullable DateTimeFormatter formatter;

        private DateFormat(String pattern, ZoneId zone) {
            this.pattern = pattern;
            this.zone = zone;
        }

        static DateFormat of(List<String> problems, String format, ZoneId zone) {
            DateFormat made = new DateFormat(format.isEmpty() ? DEFAULT_FORMAT : format, zone);
            try {
                made.text(LocalDateTime.of(LocalDate.EPOCH, LocalTime.MIDNIGHT));
            } catch (RuntimeException e) {
                problems.add("index must have formats of date and time as yyyy-MM-dd, got '" + format + "': "
                        + e.getMessage());
            }
            return made;
        }

        String text(Instant instant) {
            return text((TemporalAccessor) instant.atZone(zone));
        }

        String text(LocalDateTime time) {
            return text((TemporalAccessor) time);
        }

        private String text(TemporalAccessor time) {
            DateTimeFormatter made = formatter;
            if (made == null) {
                made = DateTimeFormatter.ofPattern(pattern, Locale.ROOT);
                formatter = made;
            }
            return Objects.requireNonNull(made).format(time);
        }
    }
}
