package io.connectorkit.aws;

import io.connectorkit.failure.FailureKind;
import io.connectorkit.sink.Completion;
import io.connectorkit.sink.Outcome;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the failures of one sink's requests mean for the write path, told with the service's text, the place and a remedy.
 * The engine adds the destination's name and the key.
 */
public final class AwsSinkFailures {

    /** The services' ways to repeat what they were given: quoted, in brackets, or at the end of the sentence. */
    private static final Pattern VALUES = Pattern.compile("Value '[^']*'|\\[[^\\]]*\\]|(?<=numeric value: ).*");

    private final String destination;
    private final AwsOptions aws;
    private final boolean guarded;
    private final String safer;
    private final RenewableCredentials credentials;

    /**
     * @param destination its name in messages: {@code DynamoDB table 'orders'}
     * @param guarded whether a request that was given up may be sent again, though it may still be applied
     * @param safer for messages, what would make it so: {@code give the changes a version}
     */
    public AwsSinkFailures(
            String destination, AwsOptions aws, boolean guarded, String safer, RenewableCredentials credentials) {
        this.safer = safer.isEmpty() ? "" : ", or " + safer;
        this.destination = destination;
        this.aws = aws;
        this.guarded = guarded;
        this.credentials = credentials;
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
        if (kind == FailureKind.RETRYABLE && !guarded && AwsFailures.isTimeout(error)) {
            return new Outcome.Failed(
                    FailureKind.FATAL,
                    new AwsSinkException(
                            "a request of " + what + " was not answered within aws.request-timeout ("
                                    + aws.requestTimeout().toMillis()
                                    + " ms); it may still be applied, so sending it again could put an older change"
                                    + " behind a newer one: raise aws.request-timeout" + safer,
                            error));
        }
        if (kind == FailureKind.REJECTED) {
            // Not chained: its message may repeat the content.
            return new Outcome.Failed(kind, new AwsSinkException(text(error)));
        }
        return new Outcome.Failed(
                kind,
                new AwsSinkException(text(error) + " (" + aws.place() + ")" + remedy(AwsFailures.code(error)), error));
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
                        + AwsFailures.text(error) + remedy(AwsFailures.code(error)),
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
                    "IncompleteSignatureException" -> "; check aws.credentials";
            default -> "";
        };
    }
}
