package io.connectorkit.aws;

import io.connectorkit.sink.SinkOptions;
import io.connectorkit.table.TableOptions;
import java.io.Serializable;
import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider;
import software.amazon.awssdk.auth.credentials.SystemPropertyCredentialsProvider;
import software.amazon.awssdk.http.Protocol;

/**
 * The options with which every SQL table of an AWS service reaches it: {@link AwsOptions} under the names of the official
 * connectors.
 */
public final class AwsTableKeys {

    /** Where credentials come from. */
    public enum CredentialsSource {
        AUTO,
        BASIC,
        PROFILE,
        ENV_VAR,
        SYS_PROP,
        WEB_IDENTITY_TOKEN,
        ASSUME_ROLE,
        CUSTOM
    }

    private static final ConfigOption<String> REGION = text("aws.region", "Region of the service.");
    private static final ConfigOption<String> ENDPOINT =
            text("aws.endpoint", "Address that replaces the service's own; needs a region.");
    private static final ConfigOption<CredentialsSource> SOURCE = ConfigOptions.key("aws.credentials.provider")
            .enumType(CredentialsSource.class)
            .defaultValue(CredentialsSource.AUTO)
            .withDescription("Where credentials come from; AUTO is the SDK's default chain. Left out, it is BASIC where"
                    + " both basic keys are set.");
    private static final ConfigOption<String> KEY_ID =
            text("aws.credentials.basic.accesskeyid", "Access key id for BASIC.");
    private static final ConfigOption<String> SECRET =
            text("aws.credentials.basic.secretkey", "Secret access key for BASIC.");
    private static final ConfigOption<String> SESSION_TOKEN =
            text("aws.credentials.basic.sessiontoken", "Session token of temporary keys for BASIC.");
    private static final ConfigOption<String> PROFILE_NAME =
            text("aws.credentials.profile.name", "Profile of the machine's AWS files for PROFILE.");
    private static final ConfigOption<String> PROFILE_PATH =
            text("aws.credentials.profile.path", "AWS file of the machine with the profile, if it is another one.");
    private static final ConfigOption<String> ROLE_ARN =
            text("aws.credentials.role.arn", "Role for ASSUME_ROLE and WEB_IDENTITY_TOKEN.");
    private static final ConfigOption<String> ROLE_SESSION =
            text("aws.credentials.role.sessionName", "Name of the role's session.");
    private static final ConfigOption<String> ROLE_EXTERNAL_ID =
            text("aws.credentials.role.externalId", "External id for ASSUME_ROLE.");
    private static final ConfigOption<CredentialsSource> ROLE_SOURCE = ConfigOptions.key(
                    "aws.credentials.role.provider")
            .enumType(CredentialsSource.class)
            .defaultValue(CredentialsSource.AUTO)
            .withDescription("Where the keys come from with which a role is assumed.");
    private static final ConfigOption<String> STS_ENDPOINT =
            text("aws.credentials.role.stsEndpoint", "Address that replaces the token service's own.");
    private static final ConfigOption<String> TOKEN_FILE =
            text("aws.credentials.webIdentityToken.file", "File with the token for WEB_IDENTITY_TOKEN.");
    private static final ConfigOption<String> CUSTOM_CLASS =
            text("aws.credentials.custom.class", "Class of an AwsCredentialsProvider without arguments for CUSTOM.");
    private static final ConfigOption<Boolean> TRUST_ALL = ConfigOptions.key("aws.trust.all.certificates")
            .booleanType()
            .defaultValue(false)
            .withDescription("Whether an endpoint is taken for what it says it is: for emulators only.");
    private static final ConfigOption<Integer> MAX_CONNECTIONS = ConfigOptions.key("aws.http.max-connections")
            .intType()
            .noDefaultValue()
            .withFallbackKeys("sink.http-client.max-concurrency")
            .withDescription("Most requests of one client at a time.");
    private static final ConfigOption<Duration> CONNECT_TIMEOUT = ConfigOptions.key("aws.http.connect-timeout")
            .durationType()
            .noDefaultValue()
            .withDescription("Longest time to open a connection.");
    private static final ConfigOption<Duration> REQUEST_TIMEOUT = ConfigOptions.key("aws.request-timeout")
            .durationType()
            .noDefaultValue()
            .withFallbackKeys("sink.http-client.read-timeout")
            .withDescription("Longest time of a request on the wire.");

    private static final ConfigOption<HttpVersion> PROTOCOL = ConfigOptions.key("aws.http.protocol")
            .enumType(HttpVersion.class)
            .noDefaultValue()
            .withFallbackKeys("sink.http-client.protocol.version")
            .withDescription("HTTP1_1 or HTTP2, where the service and the endpoint speak it.");

    /** The two of them under the names of the official connectors. */
    private enum HttpVersion {
        HTTP1_1,
        HTTP2;

        private Protocol protocol() {
            return this == HTTP2 ? Protocol.HTTP2 : Protocol.HTTP1_1;
        }
    }

    private AwsTableKeys() {}

    private static ConfigOption<String> text(String key, String description) {
        return ConfigOptions.key(key).stringType().noDefaultValue().withDescription(description);
    }

    /** All of them, for {@code optionalOptions()}. */
    public static Set<ConfigOption<?>> all() {
        return Set.of(
                REGION,
                ENDPOINT,
                SOURCE,
                KEY_ID,
                SECRET,
                SESSION_TOKEN,
                PROFILE_NAME,
                PROFILE_PATH,
                ROLE_ARN,
                ROLE_SESSION,
                ROLE_EXTERNAL_ID,
                ROLE_SOURCE,
                STS_ENDPOINT,
                TOKEN_FILE,
                CUSTOM_CLASS,
                MAX_CONNECTIONS,
                CONNECT_TIMEOUT,
                REQUEST_TIMEOUT,
                PROTOCOL,
                TRUST_ALL);
    }

    /** What the table says, over the defaults. */
    public static AwsOptions read(TableOptions table) {
        AwsOptions defaults = AwsOptions.defaults();
        List<String> problems = new ArrayList<>();
        AwsCredentials credentials =
                collect(problems, defaults.credentials(), () -> credentials(table, source(table), SOURCE));
        Optional<URI> endpoint = collect(problems, Optional.empty(), () -> address(table, ENDPOINT));
        AwsOptions read = collect(
                problems,
                defaults,
                () -> new AwsOptions(
                        table.orNull(REGION),
                        endpoint.orElse(null),
                        credentials,
                        table.find(MAX_CONNECTIONS).orElse(defaults.maxConnections()),
                        table.find(CONNECT_TIMEOUT).orElse(defaults.connectTimeout()),
                        table.find(REQUEST_TIMEOUT).orElse(defaults.requestTimeout()),
                        table.get(TRUST_ALL),
                        table.find(PROTOCOL).map(HttpVersion::protocol).orElse(defaults.protocol())));
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
        return read;
    }

    /** Keys that stand in the DDL are meant, as in the official connectors. */
    private static CredentialsSource source(TableOptions table) {
        boolean keys = table.find(KEY_ID).isPresent() && table.find(SECRET).isPresent();
        return table.find(SOURCE).orElse(keys ? CredentialsSource.BASIC : CredentialsSource.AUTO);
    }

    private static <T> T collect(List<String> problems, T otherwise, Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            problems.add(Objects.toString(e.getMessage()));
            return otherwise;
        }
    }

    /** The sink's options with a deadline that follows {@code aws.request-timeout} unless it is set. */
    public static SinkOptions awaited(TableOptions table, SinkOptions options) {
        return table.startingWith("sink.request-timeout").isEmpty() ? SinkCaps.awaiting(read(table), options) : options;
    }

    private static Optional<URI> address(TableOptions table, ConfigOption<String> option) {
        try {
            return table.find(option).map(URI::create);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    option.key() + " must be an http or https address with a host, got one that cannot be read", e);
        }
    }

    private static AwsCredentials credentials(
            TableOptions table, CredentialsSource source, ConfigOption<CredentialsSource> from) {
        return switch (source) {
            case AUTO -> AwsCredentials.defaultChain();
            case BASIC -> {
                String token = table.orNull(SESSION_TOKEN);
                String id = needed(table, KEY_ID, source, from);
                String secret = needed(table, SECRET, source, from);
                yield token == null ? AwsCredentials.keys(id, secret) : AwsCredentials.keys(id, secret, token);
            }
            case PROFILE ->
                new AwsCredentials.Profile(table.find(PROFILE_NAME).orElse("default"), table.orNull(PROFILE_PATH));
            case ENV_VAR -> AwsCredentials.provider(Machine.ENVIRONMENT);
            case SYS_PROP -> AwsCredentials.provider(Machine.SYSTEM_PROPERTIES);
            case WEB_IDENTITY_TOKEN ->
                new AwsCredentials.WebIdentity(
                        table.orNull(ROLE_ARN),
                        table.orNull(TOKEN_FILE),
                        table.orNull(ROLE_SESSION),
                        address(table, STS_ENDPOINT).orElse(null));
            case ASSUME_ROLE -> role(table, from);
            case CUSTOM -> AwsCredentials.provider(new Custom(needed(table, CUSTOM_CLASS, source, from)));
        };
    }

    private static AwsCredentials role(TableOptions table, ConfigOption<CredentialsSource> from) {
        if (from == ROLE_SOURCE) {
            throw new IllegalArgumentException(ROLE_SOURCE.key() + " must not be ASSUME_ROLE itself, got ASSUME_ROLE;"
                    + " name a profile whose source_profile assumes the first role, or use"
                    + " AwsCredentials.assumeRole");
        }
        AwsCredentials.AssumeRole role = AwsCredentials.assumeRole(
                        needed(table, ROLE_ARN, CredentialsSource.ASSUME_ROLE, from))
                .withBase(credentials(table, table.get(ROLE_SOURCE), ROLE_SOURCE));
        String session = table.orNull(ROLE_SESSION);
        String externalId = table.orNull(ROLE_EXTERNAL_ID);
        Optional<URI> sts = address(table, STS_ENDPOINT);
        role = session == null ? role : role.withSessionName(session);
        role = externalId == null ? role : role.withExternalId(externalId);
        return sts.isPresent() ? role.withStsEndpoint(sts.get()) : role;
    }

    private static String needed(
            TableOptions table,
            ConfigOption<String> option,
            CredentialsSource source,
            ConfigOption<CredentialsSource> from) {
        return table.find(option)
                .orElseThrow(() -> new IllegalArgumentException(
                        option.key() + " must be set with " + from.key() + " = " + source + ", got none"));
    }

    /** Credentials of the machine that runs the task. */
    private enum Machine implements Supplier<AwsCredentialsProvider> {
        ENVIRONMENT {
            @Override
            public AwsCredentialsProvider get() {
                return EnvironmentVariableCredentialsProvider.create();
            }
        },
        SYSTEM_PROPERTIES {
            @Override
            public AwsCredentialsProvider get() {
                return SystemPropertyCredentialsProvider.create();
            }
        }
    }

    /** A provider of the user's, by the name of its class. */
    private record Custom(String name) implements Supplier<AwsCredentialsProvider>, Serializable {

        @Override
        public AwsCredentialsProvider get() {
            try {
                Class<?> type = Class.forName(name, true, Thread.currentThread().getContextClassLoader());
                return (AwsCredentialsProvider) type.getConstructor().newInstance();
            } catch (ReflectiveOperationException | ClassCastException e) {
                Throwable reason = e instanceof InvocationTargetException && e.getCause() != null ? e.getCause() : e;
                throw new IllegalStateException(
                        CUSTOM_CLASS.key() + " must name an AwsCredentialsProvider with a public constructor without"
                                + " arguments, got "
                                + name + " (" + reason + ")",
                        e);
            }
        }
    }
}
