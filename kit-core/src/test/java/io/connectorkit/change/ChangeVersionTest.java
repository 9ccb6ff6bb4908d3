package io.connectorkit.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChangeVersionTest {

    @Test
    void ordersAsNumbersAndAsFixedWidthText() {
        long seed = 3;
        Random random = new Random(seed);
        for (int i = 0; i < 50_000; i++) {
            BigInteger left = new BigInteger(1 + random.nextInt(199), random);
            BigInteger right = random.nextBoolean() ? new BigInteger(1 + random.nextInt(199), random) : left;
            ChangeVersion a = ChangeVersion.of("0".repeat(random.nextInt(30)) + left);
            ChangeVersion b = ChangeVersion.of(right.toString());
            int expected = left.compareTo(right);
            assertThat(Integer.signum(a.compareTo(b))).as("seed %d", seed).isEqualTo(expected);
            assertThat(Integer.signum(a.fixedWidth().compareTo(b.fixedWidth()))).isEqualTo(expected);
            assertThat(a.equals(b)).isEqualTo(expected == 0);
            assertThat(a.toBigInteger()).isEqualTo(left);
            assertThat(a).hasToString(left.toString());
            assertThat(a.isLong()).isEqualTo(left.bitLength() < 64);
        }
    }

    @Test
    void longsAndDigitsAreOneVersion() {
        assertThat(ChangeVersion.of(Long.MAX_VALUE)).isEqualTo(ChangeVersion.of("9223372036854775807"));
        assertThat(ChangeVersion.of("000000000000000000123")).isEqualTo(ChangeVersion.of(123));
        assertThat(ChangeVersion.of("000000000000000000123")).hasSameHashCodeAs(ChangeVersion.of(123));
        assertThat(ChangeVersion.of("9223372036854775808").isLong()).isFalse();
        assertThat(ChangeVersion.of("0").longValue()).isZero();
    }

    @Test
    void refusesWhatIsNotAVersion() {
        assertThatThrownBy(() -> ChangeVersion.of(-1)).hasMessage("version must be at least 0, got -1");
        for (String bad : new String[] {"", "-1", "+1", "1.0", "1e3", " 1", "٣", "1".repeat(61)}) {
            assertThatThrownBy(() -> ChangeVersion.of(bad))
                    .hasMessage("version must be a decimal integer of 1 to 60 digits, got '" + bad + "'");
        }
        assertThatThrownBy(() -> ChangeVersion.of("9".repeat(20)).longValue())
                .hasMessage("version " + "9".repeat(20) + " does not fit 64 bits");
    }
}
