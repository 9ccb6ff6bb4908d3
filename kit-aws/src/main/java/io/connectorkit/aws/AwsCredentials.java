package io.connectorkit.aws;

import java.io.Serializable;
import java.net.URI;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.profiles.ProfileFileSupplier;

/** Where the credentials that sign a request come from. */
public sealed interface AwsCredentials extends Serializable {

    /**
     * Opens the SDK's provider on the machine that uses it; closed with the client that signs with it.
     *
     * @param region where roles are assumed; null takes it from the SDK's own chain
     */
    AwsCredentialsProvider open(@Nullable String region);

    /** The SDK's default chain: system properties, environment, web identity, profile, container, instance. */
    static AwsCredentials defaultChain() {
        return new DefaultChain();
    }

    /** A named profile of the machine's shared AWS files. */
    static AwsCredentials profile(String name) {
        return new Profile(name, null);
    }

    /** A named profile of an AWS file elsewhere on the machine that uses it. */
    static AwsCredentials profile(String name, String path) {
        return new Profile(name, Objects.requireNonNull(path, "path"));
    }

    /** Fixed keys. They travel with the job graph: prefer the default chain in production. */
    static AwsCredentials keys(String accessKeyId, String secretAccessKey) {
        return new Keys(accessKeyId, secretAccessKey, null);
    }

    /** Fixed temporary keys with their session token. */
    static AwsCredentials keys(String accessKeyId, String secretAccessKey, String sessionToken) {
        return new Keys(accessKeyId, secretAccessKey, Objects.requireNonNull(sessionToken, "sessionToken"));
    }

    /** What the environment of a pod says: AWS_ROLE_ARN, AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_SESSION_NAME. */
    static WebIdentity webIdentity() {
        return new WebIdentity(null, null, null, null);
    }

    /** The role that an identity token of another provider, in a file of the machine, may assume. */
    static WebIdentity webIdentity(String roleArn, String tokenFile) {
        return new WebIdentity(
                Objects.requireNonNull(roleArn, "roleArn"), Objects.requireNonNull(tokenFile, "tokenFile"), null, null);
    }

    /** A role, assumed with the keys of the default chain. See {@link AssumeRole} for an external id and other keys. */
    static AssumeRole assumeRole(String roleArn) {
        return new AssumeRole(roleArn, "connector-kit", null, defaultChain(), null);
    }

    /** A provider of your own. */
    static <S extends Supplier<AwsCredentialsProvider> & Serializable> AwsCredentials provider(S supplier) {
        return new Provider(supplier);
    }

    /** The SDK's default chain. */
    record DefaultChain() implements AwsCredentials {
        @Override
        public AwsCredentialsProvider open(@Nullable String region) {
            return DefaultCredentialsProvider.builder().build();
        }
    }

    /** A named profile; a null path is that of the machine's shared AWS files. */
    record Profile(String name, @Nullable String path) implements AwsCredentials {
        public Profile {
            Objects.requireNonNull(name, "name");
        }

        @Override
        public AwsCredentialsProvider open(@Nullable String region) {
            return path == null ? ProfileCredentialsProvider.create(name) : ofFile(name, Path.of(path));
        }

        private static AwsCredentialsProvider ofFile(String name, Path path) {
            return ProfileCredentialsProvider.builder()
                    .profileName(name)
                    .profileFile(ProfileFileSupplier.reloadWhenModified(path, ProfileFile.Type.CREDENTIALS))
                    .build();
        }
    }

    /** Fixed keys; only the access key id is ever printed. */
    record Keys(String accessKeyId, String secretAccessKey, @Nullable String sessionToken) implements AwsCredentials {
        public Keys {
            Objects.requireNonNull(accessKeyId, "accessKeyId");
            Objects.requireNonNull(secretAccessKey, "secretAccessKey");
        }

        @Override
        public AwsCredentialsProvider open(@Nullable String region) {
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

    /** An assumed role by identity token; null parts come from the environment. */
    record WebIdentity(
            @Nullable String roleArn,
            @Nullable String tokenFile,
            @Nullable String sessionName,
            @Nullable URI stsEndpoint)
            implements AwsCredentials {
        public WebIdentity {
            RoleSession.check(roleArn, sessionName);
        }

        public WebIdentity withSessionName(String sessionName) {
            return new WebIdentity(roleArn, tokenFile, sessionName, stsEndpoint);
        }

        public WebIdentity withStsEndpoint(URI stsEndpoint) {
            return new WebIdentity(roleArn, tokenFile, sessionName, stsEndpoint);
        }

        @Override
        public AwsCredentialsProvider open(@Nullable String region) {
            return RoleSession.open(this, region);
        }
    }

    /**
     * An assumed role.
     *
     * @param sessionName told to the account of the role in its logs
     * @param externalId what the role's account asks of third parties
     * @param base the keys with which the role is assumed
     * @param stsEndpoint address that replaces the token service's own
     */
    record AssumeRole(
            String roleArn,
            String sessionName,
            @Nullable String externalId,
            AwsCredentials base,
            @Nullable URI stsEndpoint)
            implements AwsCredentials {
        public AssumeRole {
            Objects.requireNonNull(roleArn, "roleArn");
            Objects.requireNonNull(sessionName, "sessionName");
            Objects.requireNonNull(base, "base");
            RoleSession.check(roleArn, sessionName);
        }

        public AssumeRole withSessionName(String sessionName) {
            return new AssumeRole(roleArn, sessionName, externalId, base, stsEndpoint);
        }

        public AssumeRole withExternalId(String externalId) {
            return new AssumeRole(roleArn, sessionName, externalId, base, stsEndpoint);
        }

        public AssumeRole withBase(AwsCredentials base) {
            return new AssumeRole(roleArn, sessionName, externalId, base, stsEndpoint);
        }

        public AssumeRole withStsEndpoint(URI stsEndpoint) {
            return new AssumeRole(roleArn, sessionName, externalId, base, stsEndpoint);
        }

        @Override
        public AwsCredentialsProvider open(@Nullable String region) {
            return RoleSession.open(this, region);
        }

        @Override
        public String toString() {
            return "AssumeRole[roleArn=" + roleArn + ", sessionName=" + sessionName + ", externalId="
                    + (externalId == null ? "none" : "***") + ", base=" + base + ", stsEndpoint=" + stsEndpoint + "]";
        }
    }

    /** A provider of the user's own. */
    record Provider(Supplier<AwsCredentialsProvider> supplier) implements AwsCredentials {
        public Provider {
            Objects.requireNonNull(supplier, "supplier");
        }

        @Override
        public AwsCredentialsProvider open(@Nullable String region) {
            return supplier.get();
        }

        @Override
        public String toString() {
            return "Provider[" + supplier.getClass().getName() + "]";
        }
    }
}
