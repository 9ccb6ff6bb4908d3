package io.connectorkit.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.connectorkit.failure.FailureKind;
import java.io.IOException;
import java.net.UnknownHostException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;

class AwsFailuresTest {

    private static Throwable told(String code, int status) {
        return new CompletionException(DynamoDbException.builder()
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode(code)
                        .errorMessage("the service's text")
                        .build())
                .statusCode(status)
                .build());
    }

    @ParameterizedTest
    @CsvSource({
        "AccessDeniedException, 400, FATAL",
        "ExpiredTokenException, 400, FATAL",
        "UnrecognizedClientException, 400, FATAL",
        "ResourceNotFoundException, 400, FATAL",
        "SomethingForbidden, 403, FATAL",
        "ThrottlingException, 400, THROTTLED",
        "ProvisionedThroughputExceededException, 400, THROTTLED",
        "LimitExceededException, 400, THROTTLED",
        "Anything, 429, THROTTLED",
        "InternalServerError, 500, RETRYABLE",
        "BadGateway, 502, RETRYABLE",
        "ValidationException, 400, REJECTED",
        "ConditionalCheckFailedException, 400, REJECTED",
    })
    void readsTheKindOffTheServicesAnswer(String code, int status, FailureKind kind) {
        assertThat(AwsFailures.kind(told(code, status))).isEqualTo(kind);
    }

    @Test
    void whatHappensOnTheWayIsTriedAgain() {
        assertThat(AwsFailures.kind(new CompletionException(
                        SdkClientException.create("reset", new IOException("Connection reset by peer")))))
                .isEqualTo(FailureKind.RETRYABLE);
        assertThat(AwsFailures.kind(ApiCallTimeoutException.create(1))).isEqualTo(FailureKind.RETRYABLE);
        assertThat(AwsFailures.kind(new UnknownHostException("h"))).isEqualTo(FailureKind.RETRYABLE);
    }

    @Test
    void missingCredentialsAreFatal() {
        assertThat(AwsFailures.kind(
                        SdkClientException.create("Unable to load credentials from any of the providers in the chain")))
                .isEqualTo(FailureKind.FATAL);
    }

    @Test
    void tellsTheServicesText() {
        assertThat(AwsFailures.text(told("AccessDeniedException", 400)))
                .isEqualTo("AccessDeniedException: the service's text");
        assertThat(AwsFailures.text(new CompletionException(new IOException("Connection reset by peer"))))
                .isEqualTo("IOException: Connection reset by peer");
    }
}
