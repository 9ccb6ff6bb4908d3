package io.connectorkit.aws;

import io.connectorkit.table.TableOptions;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.jspecify.annotations.Nullable;

/** The options that every SQL table on AWS has: the official connectors' names for region, endpoint and credentials. */
public final class AwsTableKeys {

    /** Where the signing keys come from, as SQL names it. */
    enum CredentialsProvider {
        AUTO,
        BASIC,
        PROFILE,
        ASSUME_ROLE,
        WEB_IDENTITY_TOKEN
    }

    private static final ConfigOption<String> REGION =
            text("aws.region", "Id of the region, such as eu-west-1; from the SDK's own chain unless set.");
    private static final ConfigOption<String> ENDPOINT =
            text("aws.endpoint", "Address that replaces the service's own.");
    private static final ConfigOption<CredentialsProvider> PROVIDER = ConfigOptions.key("aws.credentials.provider")
            .enumType(CredentialsProvider.class)
            .defaultValue(CredentialsProvider.AUTO)
            .withDescription("Where the signing keys come from; AUTO is the SDK's default chain.");
    private static final ConfigOption<String> ACCESS_KEY =
            text("aws.credentials.basic.accesskeyid", "Access key id, with BASIC.");
    private static final ConfigOption<String> SECRET_KEY =
            text("aws.credentials.basic.secretkey", "Secret key, with BASIC.");
    private static final ConfigOption<String> PROFILE =
            text("aws.credentials.profile.name", "Name of a profile of the machine, with PROFILE.");
    private static final ConfigOption<String> ROLE_ARN =
            text("aws.credentials.role.arn", "Role to assume, with ASSUME_ROLE or WEB_IDENTITY_TOKEN.");
    private static final ConfigOption<String> ROLE_SESSION =
            text("aws.credentials.role.sessionName", "Name of the role's session.");
    private static final ConfigOption<String> ROLE_EXTERNAL_ID =
            text("aws.credentials.role.externalId", "What the role's account asks of third parties, with ASSUME_ROLE.");
    private static final ConfigOption<String> TOKEN_FILE =
            text("aws.credentials.webIdentityToken.file", "File of the identity token, with WEB_IDENTITY_TOKEN.");
    private static final ConfigOption<Integer> MAX_CONNECTIONS = ConfigOptions.key("aws.http.max-connections")
            .intType()
            .noDefaultValue()
            .withFallbackKeys("sink.http-client.max-concurrency")
            .withDescription("Most requests of one client at a time.");
    private static final ConfigOption<Duration> CONNECT_TIMEOUT =
            time("aws.http.connect-timeout", "Longest time to open a connection.");
    private static final ConfigOption<Duration> REQUEST_TIMEOUT =
            time("aws.request-timeout", "Longest time a request may take.");

    private static final ConfigOption<Boolean> TRUST_ALL = ConfigOptions.key("aws.trust.all.certificates")
            .booleanType()
            .defaultValue(false)
            .withDescription("Whether no certificate is checked: for emulators only.");

    private AwsTableKeys() {}

    private static ConfigOption<String> text(String key, String description) {
        return ConfigOptions.key(key).stringType().noDefaultValue().withDescription(description);
    }

    private static ConfigOption<Duration> time(String key, String description) {
        return ConfigOptions.key(key).durationType().noDefaultValue().withDescription(description);
    }

    /** For {@code optionalOptions()}. */
    public static Set<ConfigOption<?>> all() {
        return new LinkedHashSet<>(List.of(
                REGION,
                ENDPOINT,
                PROVIDER,
                ACCESS_KEY,
                SECRET_KEY,
                PROFILE,
                ROLE_ARN,
                ROLE_SESSION,
                ROLE_EXTERNAL_ID,
                TOKEN_FILE,
                MAX_CONNECTIONS,
                CONNECT_TIMEOUT,
                REQUEST_TIMEOUT,
                TRUST_ALL));
    }

    /** What was set over the defaults. */
    public static AwsOptions read(TableOptions table) {
        List<String> problems = new ArrayList<>();
        AwsOptions defaults = AwsOptions.defaults();
        AwsCredentials credentials = collect(problems, defaults.credentials(), () -> credentials(table));
        URI endpoint = collect(problems, null, () -> endpoint(table.orNull(ENDPOINT)));
        AwsOptions read = collect(
                problems,
                defaults,
                () -> new AwsOptions(
                        table.orNull(REGION),
                        endpoint,
                        Objects.requireNonNull(credentials),
                        table.find(MAX_CONNECTIONS).orElse(defaults.maxConnections()),
                        table.find(CONNECT_TIMEOUT).orElse(defaults.connectTimeout()),
                        table.find(REQUEST_TIMEOUT).orElse(defaults.requestTimeout()),
                        table.get(TRUST_ALL)));
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
        return Objects.requireNonNull(read);
    }

    private static <T> @Nullable T collect(List<String> problems, @Nullable T otherwise, Supplier<@Nullable T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            problems.add(Objects.toString(e.getMessage()));
            return otherwise;
        }
    }

    private static @Nullable URI endpoint(@Nullable String address) {
        try {
            return address == null ? null : URI.create(address);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("aws.endpoint must be an http or https address with a host", e);
        }
    }

    private static AwsCredentials credentials(TableOptions table) {
        return switch (table.get(PROVIDER)) {
            case AUTO -> AwsCredentials.defaultChain();
            case BASIC -> AwsCredentials.keys(needed(table, ACCESS_KEY), needed(table, SECRET_KEY));
            case PROFILE -> AwsCredentials.profile(needed(table, PROFILE));
            case ASSUME_ROLE -> role(table);
            case WEB_IDENTITY_TOKEN -> {
                AwsCredentials.WebIdentity identity = new AwsCredentials.WebIdentity(
                        table.orNull(ROLE_ARN), table.orNull(TOKEN_FILE), table.orNull(ROLE_SESSION));
                yield identity;
            }
        };
    }

    private static AwsCredentials role(TableOptions table) {
        AwsCredentials.AssumeRole role = AwsCredentials.assumeRole(needed(table, ROLE_ARN));
        String session = table.orNull(ROLE_SESSION);
        String externalId = table.orNull(ROLE_EXTERNAL_ID);
        role = session == null ? role : role.withSessionName(session);
        return externalId == null ? role : role.withExternalId(externalId);
    }

    private static String needed(TableOptions table, ConfigOption<String> option) {
        return table.find(option)
                .orElseThrow(() -> new IllegalArgumentException(option.key()
                        + " must be set with aws.credentials.provider = " + table.get(PROVIDER) + ", got none"));
    }
}
