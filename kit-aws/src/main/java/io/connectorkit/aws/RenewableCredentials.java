package io.connectorkit.aws;

import io.connectorkit.failure.FailureKind;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * The keys of one client, opened anew once when the service calls them expired: the SDK renews by the clock alone, and
 * keys can end earlier.
 *
 * <p>Thread-safe. Each request takes the {@link #generation} before it is sent and gives it back with its end, so that a
 * burst of refusals renews once, and only keys that were refused although they are new are the end.
 */
public final class RenewableCredentials implements AwsCredentialsProvider, SdkAutoCloseable {

    private final AwsCredentials credentials;
    private final @Nullable String region;
    private volatile AwsCredentialsProvider current;
    private volatile int generation;
    private volatile boolean proven = true;

    private RenewableCredentials(AwsCredentials credentials, @Nullable String region) {
        this.credentials = credentials;
        this.region = region;
        this.current = credentials.open(region);
    }

    /** The credentials of {@code options}, opened. */
    public static RenewableCredentials of(AwsOptions options) {
        return new RenewableCredentials(options.credentials(), options.region());
    }

    /** Which keys a request that is sent now is signed with. */
    public int generation() {
        return generation;
    }

    /** The service accepted keys of this generation. */
    public void accepted(int generation) {
        if (!proven && generation == this.generation) {
            proven = true;
        }
    }

    /** What {@code failure} of a request signed with this generation says, after renewing the keys if they had expired. */
    public FailureKind kind(Throwable failure, int generation) {
        if (!AwsFailures.isExpired(failure)) {
            return AwsFailures.kind(failure);
        }
        return renewedSince(generation) ? FailureKind.RETRYABLE : FailureKind.FATAL;
    }

    private synchronized boolean renewedSince(int refused) {
        if (refused != generation) {
            return true;
        }
        if (!proven) {
            return false;
        }
        AwsCredentialsProvider before = current;
        current = credentials.open(region);
        proven = false;
        generation++;
        close(before);
        return true;
    }

    @Override
    public software.amazon.awssdk.auth.credentials.AwsCredentials resolveCredentials() {
        return current.resolveCredentials();
    }

    @Override
    public synchronized void close() {
        close(current);
    }

    private static void close(AwsCredentialsProvider provider) {
        if (provider instanceof SdkAutoCloseable closeable) {
            closeable.close();
        }
    }
}
