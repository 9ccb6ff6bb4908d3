package io.connectorkit.aws;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.StsClientBuilder;
import software.amazon.awssdk.services.sts.auth.StsAssumeRoleCredentialsProvider;
import software.amazon.awssdk.services.sts.auth.StsWebIdentityTokenFileCredentialsProvider;
import software.amazon.awssdk.utils.IoUtils;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/** The temporary keys of a role, renewed by the SDK a while before they end; owns its client of the token service. */
final class RoleSession implements AwsCredentialsProvider, SdkAutoCloseable {

    /** AssumeRole: 2 to 64 of these. */
    private static final Pattern SESSION = Pattern.compile("[\\w+=,.@-]{2,64}");

    private static final Pattern ROLE = Pattern.compile("arn:[^:]+:iam::[0-9]{12}:role/.+");

    private final AwsCredentialsProvider role;
    private final List<AutoCloseable> owned;

    private RoleSession(AwsCredentialsProvider role, List<AutoCloseable> owned) {
        this.role = role;
        this.owned = owned;
    }

    static void check(@Nullable String roleArn, @Nullable String sessionName) {
        List<String> problems = new ArrayList<>();
        if (roleArn != null && !ROLE.matcher(roleArn).matches()) {
            problems.add("aws.credentials.role.arn must look like arn:aws:iam::123456789012:role/NAME, got '" + roleArn
                    + "'");
        }
        if (sessionName != null && !SESSION.matcher(sessionName).matches()) {
            problems.add("aws.credentials.role.sessionName must be 2 to 64 letters, digits or +=,.@_- (STS AssumeRole),"
                    + " got '" + sessionName + "'");
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
    }

    static AwsCredentialsProvider open(io.connectorkit.aws.AwsCredentials.AssumeRole options, @Nullable String region) {
        AwsCredentialsProvider base = options.base().open(region);
        StsClient sts = sts(base, region, options.stsEndpoint());
        StsAssumeRoleCredentialsProvider role = StsAssumeRoleCredentialsProvider.builder()
                .stsClient(sts)
                .refreshRequest(request -> request.roleArn(options.roleArn())
                        .roleSessionName(options.sessionName())
                        .externalId(options.externalId()))
                .build();
        return new RoleSession(
                role, base instanceof AutoCloseable closeable ? List.of(role, sts, closeable) : List.of(role, sts));
    }

    static AwsCredentialsProvider open(
            io.connectorkit.aws.AwsCredentials.WebIdentity options, @Nullable String region) {
        // The token in the file is what proves the caller.
        StsClient sts = sts(AnonymousCredentialsProvider.create(), region, options.stsEndpoint());
        StsWebIdentityTokenFileCredentialsProvider role = StsWebIdentityTokenFileCredentialsProvider.builder()
                .stsClient(sts)
                .roleArn(options.roleArn())
                .roleSessionName(options.sessionName())
                .webIdentityTokenFile(options.tokenFile() == null ? null : Path.of(options.tokenFile()))
                .build();
        return new RoleSession(role, List.of(role, sts));
    }

    private static StsClient sts(AwsCredentialsProvider keys, @Nullable String region, @Nullable URI endpoint) {
        StsClientBuilder builder = StsClient.builder().credentialsProvider(keys);
        if (region != null) {
            builder.region(Region.of(region));
        }
        if (endpoint != null) {
            builder.endpointOverride(endpoint);
        }
        return builder.build();
    }

    @Override
    public AwsCredentials resolveCredentials() {
        return role.resolveCredentials();
    }

    @Override
    public void close() {
        owned.forEach(resource -> IoUtils.closeQuietlyV2(resource, null));
    }
}
