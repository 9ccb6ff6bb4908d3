package io.connectorkit.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ChangeKeyTest {

    @Test
    void equalNumbersAreOneKeyWhateverTheirType() {
        List<Object> ones = List.of(
                1, 1L, (short) 1, (byte) 1, 1.0, 1.0f, BigInteger.ONE, new BigDecimal("1.00"), new BigDecimal("0.1E1"));
        for (Object one : ones) {
            assertThat(ChangeKey.of(one)).isEqualTo(ChangeKey.of(1)).hasSameHashCodeAs(ChangeKey.of(1));
            assertThat(ChangeKey.of(one).text()).isEqualTo("1");
        }
        assertThat(ChangeKey.of(new BigDecimal("0E+5"))).isEqualTo(ChangeKey.of(0));
        assertThat(ChangeKey.of(0.1f)).isEqualTo(ChangeKey.of(new BigDecimal("0.10")));
        assertThat(ChangeKey.of(new BigDecimal("9223372036854775807"))).isEqualTo(ChangeKey.of(Long.MAX_VALUE));
        assertThat(ChangeKey.of(new BigDecimal("9223372036854775808"))).isNotEqualTo(ChangeKey.of(Long.MIN_VALUE));
    }

    @Test
    void valuesOfDifferentTypesOrBoundariesDiffer() {
        List<ChangeKey> keys = List.of(
                ChangeKey.of("a_b", "c"),
                ChangeKey.of("a", "b_c"),
                ChangeKey.of("a|b"),
                ChangeKey.of("a", "b"),
                ChangeKey.of("a'|'b"),
                ChangeKey.of("'a'"),
                ChangeKey.of("a"),
                ChangeKey.of(1),
                ChangeKey.of("1"),
                ChangeKey.of("'1'"),
                ChangeKey.of("007"),
                ChangeKey.of(7),
                ChangeKey.of("-1"),
                ChangeKey.of(-1),
                ChangeKey.of("1E50"),
                ChangeKey.of(new BigDecimal("1E50")),
                ChangeKey.of(true),
                ChangeKey.of("true"),
                ChangeKey.of(""),
                ChangeKey.of("", ""),
                ChangeKey.of(new byte[] {1}),
                ChangeKey.of("0x01"),
                ChangeKey.of(LocalDate.of(2001, 1, 1)),
                ChangeKey.of("2001-01-01"),
                ChangeKey.of(LocalTime.of(10, 15)),
                ChangeKey.of(LocalTime.of(10, 15, 0, 1)),
                ChangeKey.of("@10:15"),
                ChangeKey.of("10:15"),
                ChangeKey.of("@2001-01-01"),
                ChangeKey.of(new UUID(1, 2)),
                ChangeKey.of(new UUID(1, 2).toString()),
                ChangeKey.of("@" + new UUID(1, 2)),
                ChangeKey.of(Instant.EPOCH),
                ChangeKey.of(Instant.EPOCH.toString()),
                ChangeKey.of("~a"));
        assertThat(keys).doesNotHaveDuplicates();
        assertThat(keys).extracting(ChangeKey::text).doesNotHaveDuplicates();
        assertThat(keys).extracting(key -> key.id(512)).doesNotHaveDuplicates();
        assertThat(keys)
                .allSatisfy(key -> assertThat(ChangeKey.parse(key.text())).isEqualTo(key));
    }

    @Test
    void textIsInjectiveOnRandomKeys() {
        long seed = 11;
        SplittableRandom random = new SplittableRandom(seed);
        char[] alphabet = "a1-.E'|@~0x".toCharArray();
        Map<String, ChangeKey> byText = new HashMap<>();
        for (int i = 0; i < 200_000; i++) {
            Object[] parts = new Object[1 + random.nextInt(2)];
            for (int p = 0; p < parts.length; p++) {
                parts[p] = random.nextInt(4) == 0
                        ? new BigDecimal(BigInteger.valueOf(random.nextInt(-30, 30)), random.nextInt(-3, 3))
                        : randomText(random, alphabet);
            }
            ChangeKey key = parts.length == 1 ? ChangeKey.of(parts[0]) : ChangeKey.of(parts[0], parts[1]);
            ChangeKey same = byText.putIfAbsent(key.text(), key);
            assertThat(ChangeKey.parse(key.text())).as("seed %d", seed).isEqualTo(key);
            assertThat(same == null || same.equals(key))
                    .as("seed %d: %s and %s", seed, key, same)
                    .isTrue();
        }
    }

    private static String randomText(SplittableRandom random, char[] alphabet) {
        StringBuilder text = new StringBuilder();
        for (int n = random.nextInt(5); n > 0; n--) {
            text.append(alphabet[random.nextInt(alphabet.length)]);
        }
        return text.toString();
    }

    @Test
    void readsAsItIsUnlessItCouldBeMistaken() {
        assertThat(ChangeKey.of("flight-42").text()).isEqualTo("flight-42");
        assertThat(ChangeKey.of("00123").text()).isEqualTo("'00123'");
        assertThat(ChangeKey.of("it's").text()).isEqualTo("it's");
        assertThat(ChangeKey.of("SFO", 7, "a|b").text()).isEqualTo("SFO|7|'a|b'");
        assertThat(ChangeKey.of("'q'").text()).isEqualTo("'''q'''");
        assertThat(ChangeKey.of(new byte[] {1, (byte) 0xab}).text()).isEqualTo("0x01ab");
        assertThat(ChangeKey.of(new BigDecimal("1.50")).text()).isEqualTo("1.5");
        assertThat(ChangeKey.of(new BigDecimal("1E+999999")).text()).isEqualTo("1E999999");
    }

    @Test
    void longTextsBecomeAHashOfFixedLength() {
        String longText = "é".repeat(300);
        assertThat(ChangeKey.of("a".repeat(512)).id(512)).hasSize(512);
        assertThat(ChangeKey.of(longText).id(512)).hasSize(65).startsWith("~");
        assertThat(ChangeKey.of(longText).id(512))
                .isEqualTo(ChangeKey.of(longText).id(512));
        assertThat(ChangeKey.of(longText).id(512))
                .isNotEqualTo(ChangeKey.of(longText + "x").id(512));
        assertThat(ChangeKey.of(longText + "\ud800").id(512))
                .isNotEqualTo(ChangeKey.of(longText + "\udbff").id(512));
    }

    @Test
    void givesItsPartsBackInCanonicalForm() {
        ChangeKey key = ChangeKey.of("a", 1, new byte[] {7});
        assertThat(key.size()).isEqualTo(3);
        assertThat(key.part(0)).isEqualTo("a");
        assertThat(key.part(1)).isEqualTo(1L);
        assertThat((byte[]) key.part(2)).containsExactly(7);
        ((byte[]) key.part(2))[0] = 9;
        assertThat(key).isEqualTo(ChangeKey.of("a", 1, new byte[] {7}));
        assertThatThrownBy(() -> key.part(3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> ChangeKey.of("a").part(1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void refusesTextsThatNoKeyHas() {
        for (String bad : List.of("", "a|", "'a", "'a'b", "01", "0xz", "@x", "-", "a|'b")) {
            assertThatThrownBy(() -> ChangeKey.parse(bad)).hasMessage("not the text of a key: " + bad);
        }
    }

    @Test
    void refusesWhatHasNoIdentity() {
        assertThatThrownBy(() -> ChangeKey.of((Object) null)).hasMessage("key part 1 must not be null");
        assertThatThrownBy(() -> ChangeKey.of("a", (Object) null)).hasMessage("key part 2 must not be null");
        assertThatThrownBy(() -> ChangeKey.of(Double.NaN)).hasMessage("key part 1 must be a finite number, got NaN");
        assertThatThrownBy(() -> ChangeKey.of(new ArrayList<>())).hasMessageContaining("got java.util.ArrayList");
    }
}
