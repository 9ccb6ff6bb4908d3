package io.connectorkit.aws;

import io.connectorkit.failure.FailureKind;
import io.netty.handler.timeout.ReadTimeoutException;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;

/** What a failure of an AWS request says about trying again. */
public final class AwsFailures {

    private static final int MAX_CAUSES = 16;

    private static final Set<String> THROTTLED = Set.of(
            "KMSThrottlingException",
            "LimitExceededException",
            "ProvisionedThroughputExceededException",
            "RequestLimitExceeded",
            "ServiceUnavailableException",
            "SlowDown",
            "Throttling",
            "ThrottlingException",
            "ThrottledException",
            "TooManyRequestsException");

    /** Refusals with the status of a bad request that pass by themselves. */
    private static final Set<String> PASSING = Set.of(
            "IDPCommunicationError",
            "InternalFailure",
            "InternalServerError",
            "ReplicatedWriteConflictException",
            "RequestTimeout",
            "RequestTimeoutException",
            "ResourceInUseException",
            "TransactionConflictException",
            "TransactionInProgressException");

    private static final Set<String> REJECTED =
            Set.of("InvalidArgumentException", "ValidationException", "SerializationException");

    /** Where the SDK's providers get keys from; not all of them need be on the class path. */
    private static final List<String> KEY_SERVICES = Stream.of("sts", "sso", "ssooidc", "signin")
            .map(name -> "software.amazon.awssdk.services." + name + ".")
            .toList();

    private static final Set<String> EXPIRED = Set.of("ExpiredToken", "ExpiredTokenException");

    private static final Set<String> FATAL = Set.of(
            "AccessDenied",
            "AccessDeniedException",
            "AuthFailure",
            "ExpiredToken",
            "ExpiredTokenException",
            "IncompleteSignature",
            "IncompleteSignatureException",
            "InvalidClientTokenId",
            "InvalidSignatureException",
            "InvalidKMSResourceException",
            "KMSAccessDeniedException",
            "KMSDisabledException",
            "KMSInvalidStateException",
            "KMSNotFoundException",
            "KMSOptInRequired",
            "MissingAuthenticationToken",
            "MissingAuthenticationTokenException",
            "OptInRequired",
            "RequestExpired",
            "ResourceNotFoundException",
            "SignatureDoesNotMatch",
            "UnrecognizedClientException");

    private AwsFailures() {}

    /**
     * The kind of {@code failure}, read from the first cause that came from the service or the SDK. What is not known
     * (a reset connection, a timeout, an unresolved host, a 5xx) is {@link FailureKind#RETRYABLE}.
     */
    public static FailureKind kind(Throwable failure) {
        AwsServiceException service = service(failure);
        if (service != null) {
            return kind(service);
        }
        return lacksCredentials(failure) ? FailureKind.FATAL : FailureKind.RETRYABLE;
    }

    private static FailureKind kind(AwsServiceException failure) {
        String code = code(failure);
        if (FATAL.contains(code)) {
            return FailureKind.FATAL;
        } else if (PASSING.contains(code)) {
            return FailureKind.RETRYABLE;
        } else if (isOfCredentials(failure)) {
            // Whatever is wrong with asking for keys, no record is.
            boolean passes = failure.isThrottlingException() || failure.statusCode() >= 500;
            return passes ? FailureKind.RETRYABLE : FailureKind.FATAL;
        } else if (THROTTLED.contains(code) || failure.isThrottlingException() || failure.statusCode() == 429) {
            return FailureKind.THROTTLED;
        } else if (failure.statusCode() == 401 || failure.statusCode() == 403) {
            return FailureKind.FATAL;
        } else if (failure.statusCode() >= 500 || failure.statusCode() == 408 || failure.statusCode() == 0) {
            return FailureKind.RETRYABLE;
        }
        return FailureKind.REJECTED;
    }

    /** The kind of one entry's error code, as {@code PutRecords} tells it; what is not known is RETRYABLE. */
    public static FailureKind entryKind(String code) {
        if (FATAL.contains(code)) {
            return FailureKind.FATAL;
        } else if (THROTTLED.contains(code)) {
            return FailureKind.THROTTLED;
        }
        return REJECTED.contains(code) ? FailureKind.REJECTED : FailureKind.RETRYABLE;
    }

    /**
     * Whether a description of a resource that failed says nothing about writing to it: not allowed, asked too often, or
     * answered in a way that the SDK cannot read, as emulators do.
     */
    public static boolean mayWriteThough(Throwable failure) {
        if (isOfCredentials(failure)) {
            return false;
        }
        Throwable root = root(failure);
        boolean unreadable = root instanceof RuntimeException && !(root instanceof SdkException);
        return unreadable || code(failure).startsWith("AccessDenied") || kind(failure) == FailureKind.THROTTLED;
    }

    /** Whether the credentials that signed the request are no longer valid, so that newer ones may be. */
    public static boolean isExpired(Throwable failure) {
        return EXPIRED.contains(code(failure));
    }

    /** Whether it was a service that gives out keys which failed, and not the one that was to be signed for. */
    static boolean isOfCredentials(Throwable failure) {
        AwsServiceException service = service(failure);
        return service != null
                && KEY_SERVICES.stream().anyMatch(service.getClass().getPackageName()::startsWith);
    }

    /** Whether a request was given up on this side, so that it may still be applied on the other. */
    public static boolean isTimeout(Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; i < MAX_CAUSES && cause != null; i++) {
            if (cause instanceof ApiCallTimeoutException
                    || cause instanceof ApiCallAttemptTimeoutException
                    || cause instanceof ReadTimeoutException) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    /** What the service called the failure, such as {@code ValidationException}; empty when it did not say. */
    public static String code(Throwable failure) {
        AwsServiceException service = service(failure);
        if (service == null || service.awsErrorDetails() == null) {
            return "";
        }
        String code = service.awsErrorDetails().errorCode();
        return code == null ? "" : code;
    }

    /** One line for people: the service's own text where there is one, else the innermost message. */
    public static String text(Throwable failure) {
        AwsServiceException service = service(failure);
        if (service != null && service.awsErrorDetails() != null) {
            return code(service) + ": " + service.awsErrorDetails().errorMessage();
        }
        Throwable cause = root(failure);
        return cause.getClass().getSimpleName() + ": " + cause.getMessage();
    }

    private static Throwable root(Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; i < MAX_CAUSES && cause.getCause() != null; i++) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static @Nullable AwsServiceException service(Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; i < MAX_CAUSES && cause != null; i++) {
            if (cause instanceof AwsServiceException service) {
                return service;
            }
            cause = cause.getCause();
        }
        return null;
    }

    /** The SDK has no type for it: its providers say it in words. */
    private static boolean lacksCredentials(Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; i < MAX_CAUSES && cause != null; i++) {
            String message = cause.getMessage();
            if (cause instanceof SdkClientException
                    && message != null
                    && (message.contains("Unable to load credentials")
                            || message.contains("Unable to load region")
                            || message.contains("Unable to find a region")
                            || message.contains("Either the environment variable AWS_WEB_IDENTITY_TOKEN_FILE")
                            || message.contains("Profile file contained no credentials"))) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }
}
