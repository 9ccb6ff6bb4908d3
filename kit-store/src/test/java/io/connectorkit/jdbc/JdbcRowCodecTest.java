package io.connectorkit.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class JdbcRowCodecTest {

    private final JdbcRowCodec codec = new JdbcRowCodec();

    @Test
    void bringsBackExactlyWhatColumnsTake() throws Exception {
        Object[] row = {
            null,
            true,
            1,
            2L,
            0.1f,
            Double.NaN,
            new BigDecimal("1.00"),
            "a\0\ud800" + "x".repeat(70_000),
            new byte[] {1, 2},
            new UUID(1, 2),
            Instant.ofEpochSecond(1, 2),
            LocalDate.EPOCH,
            LocalDateTime.MIN,
            LocalTime.NOON,
            OffsetDateTime.parse("2024-01-01T00:00:00+02:00"),
            new Object[] {"a", null, new Object[] {1}}
        };

        assertThat(codec.decode(codec.encode(row))).isEqualTo(row);
        assertThat(codec.decode(codec.encode(new Object[0]))).isEmpty();
    }

    @Test
    void keepsOtherValuesAsTheirText() throws Exception {
        assertThat(codec.decode(codec.encode(new Object[] {Duration.ofHours(1), List.of(1)})))
                .isEqualTo(new Object[] {"PT1H", new Object[] {1}});
    }

    @Test
    void refusesBytesThatAreNoRow() throws Exception {
        byte[] row = codec.encode(new Object[] {"abc", 1});

        for (int length = 0; length < row.length; length++) {
            byte[] cut = Arrays.copyOf(row, length);
            assertThatThrownBy(() -> codec.decode(cut)).isInstanceOf(IOException.class);
        }
        assertThatThrownBy(() -> codec.decode(Arrays.copyOf(row, row.length + 1)))
                .hasMessage("a row of 21 bytes must end with its last element");
        assertThatThrownBy(() -> codec.decode(new byte[] {127, 0, 0, 0}))
                .hasMessage("a row must hold what it announces, got 2130706432 elements in 0 bytes");
    }
}
