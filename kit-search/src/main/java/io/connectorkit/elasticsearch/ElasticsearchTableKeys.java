package io.connectorkit.elasticsearch;

import io.connectorkit.elasticsearch.ElasticsearchOptions.Authentication;
import io.connectorkit.failure.RetryPolicy;
import io.connectorkit.sink.SinkOptions;
import io.connectorkit.sink.SinkTuning;
import io.connectorkit.table.LookupTableKeys;
import io.connectorkit.table.SinkTableKeys;
import io.connectorkit.table.TableOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.jspecify.annotations.Nullable;

/** The options of a {@code kit-elasticsearch} table, under the official connector's names where they mean the same. */
final class ElasticsearchTableKeys {

    /** What an upsert does. */
    enum Action {
        /** Replaces the document. */
        INDEX,
        /** Merges the columns that are not NULL into the document that is there. */
        UPDATE,
        /** As UPDATE, and makes the document where there is none. */
        UPSERT
    }

    /** How the official connector names back-off. */
    enum Backoff {
        DISABLED,
        CONSTANT,
        EXPONENTIAL
    }

    static final String HEADERS = "connection.headers.";

    static final ConfigOption<List<String>> HOSTS = ConfigOptions.key("hosts")
            .stringType()
            .asList()
            .noDefaultValue()
            .withDescription("Nodes as http://host:port or https://host:port, separated by ';'.");
    static final ConfigOption<String> INDEX = text(
            "index",
            "Index, data stream or alias; {column}, {column|yyyy-MM-dd} and {now()|yyyy-MM-dd} stand for values.");
    static final ConfigOption<String> USERNAME = text("username", "User of HTTP basic authentication.");
    static final ConfigOption<String> PASSWORD = text("password", "Password of HTTP basic authentication.");
    static final ConfigOption<String> API_KEY = text("api-key", "API key in its encoded form.");
    static final ConfigOption<String> BEARER_TOKEN = text("bearer-token", "Token of an identity provider.");
    static final ConfigOption<String> CA_CERTIFICATE =
            text("ssl.ca-certificate", "PEM file, on every task manager, of the authority to trust.");
    static final ConfigOption<String> CA_FINGERPRINT =
            text("ssl.ca-fingerprint", "SHA-256 fingerprint of the authority to trust.");
    static final ConfigOption<String> PATH_PREFIX =
            text("connection.path-prefix", "Path in front of every request, for clusters behind a proxy.");
    static final ConfigOption<Duration> CONNECT_TIMEOUT =
            time("connection.timeout", Duration.ofSeconds(5), "Longest time to open a connection.");
    static final ConfigOption<Duration> CONNECTION_REQUEST_TIMEOUT =
            time("connection.request-timeout", Duration.ofSeconds(60), "Longest wait for a free connection.");
    static final ConfigOption<Duration> SOCKET_TIMEOUT =
            time("socket.timeout", Duration.ofSeconds(60), "Longest silence within a request.");
    static final ConfigOption<Boolean> COMPRESSED =
            flag("connection.compressed", false, "Whether request bodies are compressed with gzip.");

    static final ConfigOption<String> KEY_DELIMITER = text(
            "document-id.key-delimiter",
            "Joins the columns of the primary key into an id as the official connector does;"
                    + " without it ids cannot collide.");
    static final ConfigOption<String> FORMAT =
            ConfigOptions.key("format").stringType().defaultValue("json").withDescription("Always json.");

    static final ConfigOption<Boolean> FLUSH_ON_CHECKPOINT = flag(
            "sink.flush-on-checkpoint",
            true,
            "Whether a checkpoint waits for the sink; if not, a failure loses what was buffered or in flight.");
    static final ConfigOption<DeliveryGuarantee> DELIVERY = ConfigOptions.key("sink.delivery-guarantee")
            .enumType(DeliveryGuarantee.class)
            .noDefaultValue()
            .withDescription("at-least-once, or none: the same as sink.flush-on-checkpoint = false.");
    static final ConfigOption<Backoff> BACKOFF = ConfigOptions.key("sink.bulk-flush.backoff.strategy")
            .enumType(Backoff.class)
            .noDefaultValue()
            .withDescription("The official connector's word for sink.retry.*, instead of it.");
    static final ConfigOption<Integer> BACKOFF_RETRIES = ConfigOptions.key("sink.bulk-flush.backoff.max-retries")
            .intType()
            .noDefaultValue()
            .withDescription("Retries of a row, with a strategy.");
    static final ConfigOption<Duration> BACKOFF_DELAY = ConfigOptions.key("sink.bulk-flush.backoff.delay")
            .durationType()
            .noDefaultValue()
            .withDescription("Delay between retries, or the first one of EXPONENTIAL.");
    static final ConfigOption<Action> ACTION = ConfigOptions.key("sink.action")
            .enumType(Action.class)
            .defaultValue(Action.INDEX)
            .withDescription("INDEX replaces documents; UPDATE and UPSERT merge the columns that are not NULL.");
    static final ConfigOption<String> ROUTING =
            text("sink.routing-column", "Column with the routing of a row; must never change for a key.");
    static final ConfigOption<String> PIPELINE = text("sink.pipeline", "Ingest pipeline that documents pass.");
    static final ConfigOption<ElasticsearchWriteOptions.Refresh> REFRESH = ConfigOptions.key("sink.refresh")
            .enumType(ElasticsearchWriteOptions.Refresh.class)
            .defaultValue(ElasticsearchWriteOptions.Refresh.NONE)
            .withDescription("When written documents can be searched: NONE, WAIT_FOR or NOW.");
    static final ConfigOption<Boolean> DATA_STREAM =
            flag("sink.data-stream", false, "Whether index is a data stream; only without a primary key.");
    static final ConfigOption<String> READERS_ALIAS =
            text("sink.readers-alias", "Alias that hides tombstones, made when the sink opens.");
    static final ConfigOption<String> VERSION_FIELD = text(
            "sink.version-field",
            "Field of the document that keeps the version, for versions beyond 64 bits and guarded updates.");

    static final ConfigOption<Boolean> LOOKUP_BY_ID = flag(
            "lookup.by-id",
            true,
            "Whether a lookup by the whole primary key asks for the document's id; if not, for the fields' values.");

    /** With the names that the official connector's users know. */
    static final SinkTableKeys SINK = SinkTableKeys.of(Map.of(
            "sink.batch.max-entries", "sink.bulk-flush.max-actions",
            "sink.batch.max-bytes", "sink.bulk-flush.max-size",
            "sink.batch.linger", "sink.bulk-flush.interval"));

    private ElasticsearchTableKeys() {}

    static Set<ConfigOption<?>> optional() {
        Set<ConfigOption<?>> all = new LinkedHashSet<>(List.of(
                USERNAME,
                PASSWORD,
                API_KEY,
                BEARER_TOKEN,
                CA_CERTIFICATE,
                CA_FINGERPRINT,
                PATH_PREFIX,
                CONNECT_TIMEOUT,
                CONNECTION_REQUEST_TIMEOUT,
                SOCKET_TIMEOUT,
                COMPRESSED,
                KEY_DELIMITER,
                FORMAT));
        all.addAll(List.of(
                FLUSH_ON_CHECKPOINT,
                DELIVERY,
                BACKOFF,
                BACKOFF_RETRIES,
                BACKOFF_DELAY,
                ACTION,
                ROUTING,
                PIPELINE,
                REFRESH,
                DATA_STREAM,
                READERS_ALIAS,
                VERSION_FIELD,
                LOOKUP_BY_ID));
        all.addAll(SINK.all());
        all.addAll(LookupTableKeys.all());
        return all;
    }

    /** Where the cluster is. */
    static ElasticsearchOptions connection(TableOptions table, String index) {
        return new ElasticsearchOptions(
                table.get(HOSTS),
                index,
                authentication(table),
                table.orNull(PATH_PREFIX),
                table.orNull(CA_CERTIFICATE),
                table.orNull(CA_FINGERPRINT),
                table.get(CONNECT_TIMEOUT),
                table.get(SOCKET_TIMEOUT),
                table.get(CONNECTION_REQUEST_TIMEOUT),
                table.startingWith(HEADERS),
                table.get(COMPRESSED));
    }

    private static Authentication authentication(TableOptions table) {
        String username = table.orNull(USERNAME);
        String password = table.orNull(PASSWORD);
        String apiKey = table.orNull(API_KEY);
        String token = table.orNull(BEARER_TOKEN);
        int ways = (username == null && password == null ? 0 : 1) + (apiKey == null ? 0 : 1) + (token == null ? 0 : 1);
        if (ways > 1) {
            table.problem("username and password, api-key and bearer-token must not be set together; keep one");
        }
        if (apiKey != null) {
            return new Authentication.ApiKey(apiKey);
        } else if (token != null) {
            return new Authentication.Bearer(token);
        } else if (username != null || password != null) {
            return new Authentication.Basic(username == null ? "" : username, password == null ? "" : password);
        }
        return new Authentication.None();
    }

    /** How the sink batches, tries again and flushes. */
    static SinkOptions sinkOptions(TableOptions table) {
        List<String> problems = new ArrayList<>();
        SinkOptions read = SinkOptions.defaults();
        try {
            read = SINK.read(table, SinkTuning.forElasticsearch());
        } catch (IllegalArgumentException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
        RetryPolicy retry = backoff(problems, table, read.retry());
        DeliveryGuarantee delivery = table.orNull(DELIVERY);
        if (delivery == DeliveryGuarantee.EXACTLY_ONCE) {
            problems.add("sink.delivery-guarantee must be at-least-once or none, got exactly-once;"
                    + " with sink.version-column the result is the same");
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
        boolean flushes = table.get(FLUSH_ON_CHECKPOINT) && delivery != DeliveryGuarantee.NONE;
        return flushes ? read.withRetry(retry) : read.withRetry(retry).withoutFlushOnCheckpoint();
    }

    private static RetryPolicy backoff(List<String> problems, TableOptions table, RetryPolicy otherwise) {
        Backoff strategy = table.orNull(BACKOFF);
        Integer retries = table.orNull(BACKOFF_RETRIES);
        Duration delay = table.orNull(BACKOFF_DELAY);
        boolean detailed = retries != null || delay != null;
        if (strategy == null || strategy == Backoff.DISABLED) {
            if (detailed) {
                problems.add("sink.bulk-flush.backoff.max-retries and .delay must be set with a"
                        + " sink.bulk-flush.backoff.strategy of CONSTANT or EXPONENTIAL only, got "
                        + (strategy == null ? "none" : strategy));
            }
        }
        if (strategy == null) {
            return otherwise;
        }
        if (!table.startingWith("sink.retry.").isEmpty()) {
            problems.add("sink.bulk-flush.backoff.strategy must not be set together with sink.retry.*; keep one");
        }
        return strategy == Backoff.DISABLED ? RetryPolicy.never() : backoff(problems, strategy, retries, delay);
    }

    private static RetryPolicy backoff(
            List<String> problems, Backoff strategy, @Nullable Integer retries, @Nullable Duration delay) {
        RetryPolicy defaults = RetryPolicy.defaults();
        Duration initial = delay == null ? defaults.initialDelay() : delay;
        Duration longest = strategy == Backoff.CONSTANT || initial.compareTo(defaults.maxDelay()) > 0
                ? initial
                : defaults.maxDelay();
        if (retries != null && retries < 0) {
            problems.add("sink.bulk-flush.backoff.max-retries must be at least 0, got " + retries);
            return defaults;
        }
        if (initial.toMillis() < 1) {
            problems.add("sink.bulk-flush.backoff.delay must be at least 1 ms, got " + initial);
            return defaults;
        }
        return new RetryPolicy(retries == null ? defaults.maxAttempts() : retries + 1, initial, longest);
    }

    private static ConfigOption<String> text(String key, String description) {
        return ConfigOptions.key(key).stringType().noDefaultValue().withDescription(description);
    }

    private static ConfigOption<Boolean> flag(String key, boolean value, String description) {
        return ConfigOptions.key(key).booleanType().defaultValue(value).withDescription(description);
    }

    private static ConfigOption<Duration> time(String key, Duration value, String description) {
        return ConfigOptions.key(key).durationType().defaultValue(value).withDescription(description);
    }
}
