package io.connectorkit.aws;

import java.io.Serializable;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** Where the credentials that sign a request come from. */
public sealed interface AwsCredentials extends Serializable {

    /** Opens the SDK's provider on the machine that uses it. */
    AwsCredentialsProvider open();

    /** The SDK's default chain: system properties, environment, web identity, profile, container, instance. */
    static AwsCredentials defaultChain() {
        return new DefaultChain();
    }

    /** A named profile of the machine's shared AWS files. */
    static AwsCredentials profile(String name) {
        return new Profile(name);
    }

    /** Fixed keys. They travel with the job graph: prefer the default chain in production. */
    static AwsCredentials keys(String accessKeyId, String secretAccessKey) {
        return new Keys(accessKeyId, secretAccessKey, null);
    }

    /** Fixed temporary keys with their session token. */
    static AwsCredentials keys(String accessKeyId, String secretAccessKey, String sessionToken) {
        return new Keys(accessKeyId, secretAccessKey, Objects.requireNonNull(sessionToken, "sessionToken"));
    }

    /** A provider of your own, such as one that assumes a role. */
    static <S extends Supplier<AwsCredentialsProvider> & Serializable> AwsCredentials provider(S supplier) {
        return new Provider(supplier);
    }

    /** The SDK's default chain. */
    record DefaultChain() implements AwsCredentials {
        @Override
        public AwsCredentialsProvider open() {
            return DefaultCredentialsProvider.builder().build();
        }
    }

    /** A named profile. */
    record Profile(String name) implements AwsCredentials {
        public Profile {
            Objects.requireNonNull(name, "name");
        }

        @Override
        public AwsCredentialsProvider open() {
            return ProfileCredentialsProvider.create(name);
        }
    }

    /** Fixed keys; only the access key id is ever printed. */
    record Keys(String accessKeyId, String secretAccessKey, @Nullable String sessionToken) implements AwsCredentials {
        public Keys {
            Objects.requireNonNull(accessKeyId, "accessKeyId");
            Objects.requireNonNull(secretAccessKey, "secretAccessKey");
        }

        @Override
        public AwsCredentialsProvider open() {
            return StaticCredentialsProvider.create(
                    sessionToken == null
                            ? AwsBasicCredentials.create(accessKeyId, secretAccessKey)
                            : AwsSessionCredentials.create(accessKeyId, secretAccessKey, sessionToken));
        }

        @Override
        public String toString() {
            return "Keys[accessKeyId=" + accessKeyId + ", secretAccessKey=***, sessionToken="
                    + (sessionToken == null ? "none" : "***") + "]";
        }
    }

    /** A provider of the user's own. */
    record Provider(Supplier<AwsCredentialsProvider> supplier) implements AwsCredentials {
        public Provider {
            Objects.requireNonNull(supplier, "supplier");
        }

        @Override
        public AwsCredentialsProvider open() {
            return supplier.get();
        }

        @Override
        public String toString() {
            return "Provider[" + supplier.getClass().getName() + "]";
        }
    }
}
