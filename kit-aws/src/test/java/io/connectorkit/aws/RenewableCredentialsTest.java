package io.connectorkit.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.connectorkit.failure.FailureKind;
import java.io.Serializable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

class RenewableCredentialsTest {

    private static final AtomicInteger OPENED = new AtomicInteger();
    private static final Throwable EXPIRED =
            FakeService.error(400, "ExpiredTokenException", "The security token included in the request is expired");

    /** Opens keys with a number. */
    private record Numbered() implements Supplier<AwsCredentialsProvider>, Serializable {
        @Override
        public AwsCredentialsProvider get() {
            return StaticCredentialsProvider.create(
                    AwsBasicCredentials.create("key-" + OPENED.incrementAndGet(), "secret"));
        }
    }

    private final RenewableCredentials credentials = open();

    @BeforeEach
    void countFromHere() {
        OPENED.set(1);
    }

    private static RenewableCredentials open() {
        OPENED.set(0);
        return RenewableCredentials.of(
                AwsOptions.of("eu-west-1").withCredentials(AwsCredentials.provider(new Numbered())));
    }

    private String keyId() {
        return credentials.resolveCredentials().accessKeyId();
    }

    @Test
    void opensExpiredKeysAnewOnce() {
        assertThat(keyId()).isEqualTo("key-1");
        assertThat(credentials.kind(EXPIRED, credentials.generation())).isEqualTo(FailureKind.RETRYABLE);
        assertThat(keyId()).isEqualTo("key-2");
        assertThat(credentials.kind(EXPIRED, credentials.generation())).isEqualTo(FailureKind.FATAL);
    }

    @Test
    void aBurstOfRefusalsRenewsOnce() {
        int signedWith = credentials.generation();
        for (int i = 0; i < 10; i++) {
            assertThat(credentials.kind(EXPIRED, signedWith)).isEqualTo(FailureKind.RETRYABLE);
        }
        assertThat(keyId()).isEqualTo("key-2");
    }

    @Test
    void keysThatWereAcceptedMayExpireAgain() {
        assertThat(credentials.kind(EXPIRED, credentials.generation())).isEqualTo(FailureKind.RETRYABLE);
        credentials.accepted(credentials.generation());
        assertThat(credentials.kind(EXPIRED, credentials.generation())).isEqualTo(FailureKind.RETRYABLE);
        assertThat(keyId()).isEqualTo("key-3");
    }

    @Test
    void aLateAnswerToOldKeysProvesNothing() {
        int old = credentials.generation();
        assertThat(credentials.kind(EXPIRED, old)).isEqualTo(FailureKind.RETRYABLE);
        credentials.accepted(old);
        assertThat(credentials.kind(EXPIRED, credentials.generation())).isEqualTo(FailureKind.FATAL);
    }

    @Test
    void otherFailuresRenewNothing() {
        assertThat(credentials.kind(FakeService.error(400, "AccessDeniedException", "no"), 0))
                .isEqualTo(FailureKind.FATAL);
        assertThat(keyId()).isEqualTo("key-1");
    }
}
