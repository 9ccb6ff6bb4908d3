package io.connectorkit.aws.dynamodbstreams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Identity;
import software.amazon.awssdk.services.dynamodb.model.Record;

class DynamoDbChangeTest {

    private static final Map<String, AttributeValue> KEYS = Map.of(
            "sort", AttributeValue.fromN("1.50"),
            "hash", AttributeValue.fromS("x"),
            "bytes", AttributeValue.fromB(SdkBytes.fromUtf8String("b")));

    private static DynamoDbChange change(Identity identity) {
        return DynamoDbChange.of(
                Record.builder()
                        .eventName("REMOVE")
                        .userIdentity(identity)
                        .dynamodb(d -> d.keys(KEYS)
                                .oldImage(Map.of("secret", AttributeValue.fromS("hidden")))
                                .sequenceNumber("000000000000000000042")
                                .approximateCreationDateTime(Instant.EPOCH))
                        .build(),
                "shard-1");
    }

    @Test
    void keyTakesAttributesInTheOrderNamedElseInTheOrderOfTheirNames() {
        assertThat(change(null).key("hash", "sort")).isEqualTo(ChangeKey.of("x", 1.5));
        assertThat(change(null).key()).isEqualTo(ChangeKey.of(new byte[] {'b'}, "x", 1.5));
        assertThatThrownBy(() -> change(null).key("other"))
                .hasMessageMatching("key attribute must be one of \\[.*], got 'other'");
    }

    @Test
    void versionIsTheSequenceNumber() {
        assertThat(change(null).version()).isEqualTo(ChangeVersion.of(42));
    }

    @Test
    void absentImagesAreNull() {
        assertThat(change(null).newImage()).isNull();
        assertThat(change(null).oldImage()).containsKey("secret");
    }

    @Test
    void anExpiryIsToldFromADelete() {
        assertThat(change(null).isExpiry()).isFalse();
        assertThat(change(Identity.builder()
                                .type("Service")
                                .principalId("dynamodb.amazonaws.com")
                                .build())
                        .isExpiry())
                .isTrue();
    }

    @Test
    void imagesAreNeverPrinted() {
        assertThat(change(null).toString())
                .contains("REMOVE", "000000000000000000042", "shard-1")
                .doesNotContain("hidden");
    }
}
