package io.connectorkit.table;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.FallbackKey;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.connector.format.DecodingFormat;
import org.apache.flink.table.connector.format.EncodingFormat;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.factories.DeserializationFormatFactory;
import org.apache.flink.table.factories.DynamicTableFactory;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.factories.SerializationFormatFactory;
import org.jspecify.annotations.Nullable;

/**
 * The options of one SQL table, with everything that is wrong with them in one exception.
 *
 * <p>Use in this order: take the formats, {@link #check} (missing, unknown and unreadable options), read values, and let
 * {@link #build} collect what the options values of the connector refuse.
 */
public final class TableOptions {

    private final DynamicTableFactory factory;
    private final FactoryUtil.TableFactoryHelper helper;
    private final Map<String, String> written;
    private final String[] prefixes;
    private final List<String> formats = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    private TableOptions(DynamicTableFactory factory, DynamicTableFactory.Context context, String[] prefixes) {
        this.factory = factory;
        this.helper = FactoryUtil.createTableFactoryHelper(factory, context);
        this.written = context.getCatalogTable().getOptions();
        this.prefixes = prefixes.clone();
    }

    /**
     * The options of the table that {@code context} describes, as {@code factory} declares them.
     *
     * @param prefixes beginnings of options whose names the user chooses, as {@code connection-properties.}
     */
    public static TableOptions of(
            DynamicTableFactory factory, DynamicTableFactory.Context context, String... prefixes) {
        return new TableOptions(factory, context, prefixes);
    }

    /** The format for writing that the option names. */
    public EncodingFormat<SerializationSchema<RowData>> encodingFormat(ConfigOption<String> option) {
        formats(option);
        return helper.discoverEncodingFormat(SerializationFormatFactory.class, option);
    }

    /** The format for reading that the option names. */
    public DecodingFormat<DeserializationSchema<RowData>> decodingFormat(ConfigOption<String> option) {
        formats(option);
        return helper.discoverDecodingFormat(DeserializationFormatFactory.class, option);
    }

    /** Options of a format begin with its name. */
    private void formats(ConfigOption<String> option) {
        find(option).ifPresent(format -> formats.add(FactoryUtil.getFormatPrefix(option, format)));
    }

    /** Throws with every option that is missing, unknown or cannot be read as its type. */
    public TableOptions check() {
        for (ConfigOption<?> option : factory.requiredOptions()) {
            if (readable(option) && find(option).isEmpty()) {
                problems.add("'" + option.key() + "' must be set");
            }
        }
        factory.optionalOptions().forEach(this::readable);
        written.keySet().stream().filter(key -> !isKnown(key)).sorted().forEach(this::unknown);
        if (problems.isEmpty()) {
            try {
                validate();
            } catch (ValidationException e) {
                // Options of a format: only Flink knows them.
                problems.add(Objects.toString(e.getMessage()));
            }
        }
        fail();
        return this;
    }

    private void validate() {
        if (prefixes.length == 0) {
            helper.validate();
        } else {
            helper.validateExcept(prefixes);
        }
    }

    private boolean isKnown(String key) {
        return key.equals(FactoryUtil.CONNECTOR.key())
                || key.equals(FactoryUtil.PROPERTY_VERSION.key())
                || Stream.concat(Stream.of(prefixes), formats.stream()).anyMatch(key::startsWith)
                || options().anyMatch(option -> named(option, key));
    }

    /** Whether the table's factory knows {@code option}. */
    boolean declares(ConfigOption<?> option) {
        return options().anyMatch(option::equals);
    }

    private static boolean named(ConfigOption<?> option, String key) {
        if (option.key().equals(key)) {
            return true;
        }
        for (FallbackKey fallback : option.fallbackKeys()) {
            if (fallback.getKey().equals(key)) {
                return true;
            }
        }
        return false;
    }

    private void unknown(String key) {
        problems.add("'" + key + "' must be one of its options, which are: "
                + options().map(ConfigOption::key).sorted().toList());
    }

    private Stream<ConfigOption<?>> options() {
        return Stream.concat(factory.requiredOptions().stream(), factory.optionalOptions().stream());
    }

    private boolean readable(ConfigOption<?> option) {
        try {
            helper.getOptions().getOptional(option);
            return true;
        } catch (IllegalArgumentException e) {
            Throwable reason = e.getCause() == null ? e : e.getCause();
            problems.add("'" + writtenKey(option) + "' cannot be read: " + reason.getMessage());
            return false;
        }
    }

    /** The value of an option that is required or has a default. */
    public <T> T get(ConfigOption<T> option) {
        return Objects.requireNonNull(helper.getOptions().get(option), option.key());
    }

    /** The value of an option that may be left out; its default does not count. */
    public <T> Optional<T> find(ConfigOption<T> option) {
        return helper.getOptions().getOptional(option);
    }

    /** All options that begin with {@code prefix}, without it. */
    public Map<String, String> startingWith(String prefix) {
        Map<String, String> found = new TreeMap<>();
        written.forEach((key, value) -> {
            if (key.startsWith(prefix)) {
                found.put(key.substring(prefix.length()), value);
            }
        });
        return found;
    }

    /** Notes something wrong, to be thrown by the next {@link #build}. */
    public void problem(String problem) {
        problems.add(problem);
    }

    /** Tries all {@code parts}, so that what each refuses stands in one exception. */
    public void verify(Runnable... parts) {
        Stream.of(parts).forEach(part -> {
            try {
                part.run();
            } catch (IllegalArgumentException e) {
                refused(e);
            }
        });
        fail();
    }

    /** What {@code value} makes, or one exception with all that was noted and that it refuses. */
    public <T> T build(Supplier<T> value) {
        T built = null;
        try {
            built = value.get();
        } catch (IllegalArgumentException e) {
            refused(e);
        }
        fail();
        return Objects.requireNonNull(built, "value");
    }

    private void refused(IllegalArgumentException refusal) {
        String message = Objects.toString(refusal.getMessage(), refusal.toString());
        for (String line : message.split("\n", -1)) {
            String told = asWritten(line);
            if (!problems.contains(told)) {
                problems.add(told);
            }
        }
    }

    /** Names an option as the user wrote it, where that is its name in another connector. */
    private String asWritten(String line) {
        Map<String, String> names = new HashMap<>();
        options().forEach(option -> names.put(option.key(), writtenKey(option)));
        int space = line.indexOf(' ');
        String name = names.get(space < 0 ? line : line.substring(0, space));
        return name == null || line.startsWith(name)
                ? line
                : name + " (" + line.substring(0, space) + ")" + line.substring(space);
    }

    private String writtenKey(ConfigOption<?> option) {
        if (!written.containsKey(option.key())) {
            for (FallbackKey fallback : option.fallbackKeys()) {
                if (written.containsKey(fallback.getKey())) {
                    return fallback.getKey();
                }
            }
        }
        return option.key();
    }

    private void fail() {
        if (!problems.isEmpty()) {
            String all = String.join("\n", problems);
            problems.clear();
            throw new ValidationException("Options of a '" + factory.factoryIdentifier() + "' table:\n" + all);
        }
    }

    /** The value of an option that may be left out and has no default. */
    public <T> @Nullable T orNull(ConfigOption<T> option) {
        return find(option).orElse(null);
    }
}
