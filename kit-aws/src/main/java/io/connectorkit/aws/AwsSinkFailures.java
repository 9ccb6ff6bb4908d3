package io.connectorkit.aws;

import io.connectorkit.failure.FailureKind;
import io.connectorkit.sink.Completion;
import io.connectorkit.sink.Outcome;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the failures of one sink's requests mean for the write path, told with the service's text, the place and a remedy.
 * The engine adds the destination's name and the key.
 */
public final class AwsSinkFailures {

    private static final Duration MARGIN = Duration.ofSeconds(1);

    /** The services' ways to repeat what they were given: quoted, in brackets, or at the end of the sentence. */
    private static final Pattern VALUES = Pattern.compile("Value '[^']*'|\\[[^\\]]*\\]|(?<=numeric value: ).*");

    private static final String CREDENTIALS = "; check aws.credentials";

    private final String destination;
    private final AwsOptions aws;
    private final RenewableCredentials credentials;
    private final Executor settled;

    /**
     * @param destination its name in messages: {@code DynamoDB table 'orders'}
     * @param settled runs what is to be done with a request that was given up, though it may still be applied: at once
     *     ({@code Runnable::run}) where that is harmless, else {@link #after} some time
     */
    public AwsSinkFailures(String destination, AwsOptions aws, RenewableCredentials credentials, Executor settled) {
        this.destination = destination;
        this.aws = aws;
        this.credentials = credentials;
        this.settled = settled;
    }

    /**
     * For writes without a guard: a request that was given up counts as failed only after as long again, or a second
     * before the {@code deadline} of the write path. Its changes are held back meanwhile, and with them all later ones
     * of their keys, so that what the service may still be doing with it comes before whatever is sent next.
     */
    public static Executor after(AwsOptions aws, Duration deadline) {
        long rest = deadline.minus(aws.requestTimeout()).minus(MARGIN).toMillis();
        long millis = Math.max(0, Math.min(aws.requestTimeout().toMillis(), rest));
        return CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS, Runnable::run);
    }

    /** Runs {@code report} of a request that failed with {@code error}, once the request is over for the service too. */
    public void whenOver(Throwable error, Runnable report) {
        if (AwsFailures.isTimeout(error)) {
            settled.execute(report);
        } else {
            report.run();
        }
    }

    /** See {@link RenewableCredentials}: to be taken before a request is sent and given back with its end. */
    public int generation() {
        return credentials.generation();
    }

    public void succeeded(int generation) {
        credentials.accepted(generation);
    }

    /** A request of several changes failed as a whole. */
    public void failed(Throwable error, int changes, int generation, Completion completion) {
        Outcome.Failed failed = outcome(error, changes + " changes", generation);
        completion.failed(failed.kind(), failed.cause());
    }

    /** A request of {@code what} failed. */
    public Outcome.Failed outcome(Throwable error, String what, int generation) {
        FailureKind kind = credentials.kind(error, generation);
        if (kind == FailureKind.REJECTED) {
            // Not chained: its message may repeat the content.
            return new Outcome.Failed(kind, new AwsSinkException(text(error)));
        }
        return new Outcome.Failed(
                kind, new AwsSinkException(text(error) + " (" + aws.place() + ")" + remedy(error), error));
    }

    /** One entry of a request that was answered with an error code of its own. */
    public Outcome.Failed entry(String code, @Nullable String message) {
        return new Outcome.Failed(
                AwsFailures.entryKind(code),
                new AwsSinkException(code + (message == null ? "" : ": " + withoutValues(message)) + remedy(code)));
    }

    /** What the destination could not be opened with. */
    public AwsSinkException unopened(Throwable error) {
        return new AwsSinkException(
                destination + " (" + aws.place() + ") must answer and be open to these credentials, got "
                        + AwsFailures.text(error) + remedy(error),
                error);
    }

    private static String text(Throwable error) {
        return withoutValues(AwsFailures.text(error));
    }

    static String withoutValues(String message) {
        return VALUES.matcher(message)
                .replaceAll(value -> value.group().startsWith("Value")
                        ? "Value '***'"
                        : value.group().startsWith("[") ? "[***]" : "***");
    }

    private static String remedy(Throwable error) {
        return AwsFailures.isOfCredentials(error) ? CREDENTIALS : remedy(AwsFailures.code(error));
    }

    private static String remedy(String code) {
        return switch (code) {
            case "ResourceNotFoundException" -> "; create it, or correct its name, region or endpoint";
            case "AccessDeniedException", "AccessDenied" -> "; allow these credentials to write to it";
            case "ExpiredToken",
                    "ExpiredTokenException",
                    "UnrecognizedClientException",
                    "InvalidClientTokenId",
                    "InvalidSignatureException",
                    "SignatureDoesNotMatch",
                    "MissingAuthenticationToken",
                    "MissingAuthenticationTokenException",
                    "IncompleteSignature",
                    "IncompleteSignatureException" -> CREDENTIALS;
            default -> "";
        };
    }
}
