package io.connectorkit.benchmarks.contest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JmhScoresTest {

    @Against(value = "STOCK", param = "writer", floor = "NOTHING")
    @AtMost(subject = "KEYED", cpu = 0.4, bytes = 0.25, promise = "promise 3")
    private static final class ByParam {}

    @Against("reference")
    private static final class ByMethod {}

    private static final class Alone {}

    @Test
    void aParameterIsComparedWithTheFloorTakenOff() {
        JmhScores scores = JmhScores.of(
                List.of(writers(10, 110, 60), writers(10, 210, 60), writers(10, 60, 60)), JmhScoresTest::type);

        assertThat(scores.ratios())
                .extracting(Ratio::what)
                .containsExactly(
                        "JmhScoresTest$ByParam.write: KEYED to STOCK {keys=ZIPF}, CPU",
                        "JmhScoresTest$ByParam.write: KEYED to STOCK {keys=ZIPF}, bytes");
        Spread time = scores.ratios().get(0).spread();
        assertThat(time.median()).isEqualTo(0.5, within(1e-9));
        assertThat(time.low()).isEqualTo(0.25, within(1e-9));
        assertThat(time.high()).isEqualTo(1, within(1e-9));
        assertThat(scores.ratios()).allMatch(Ratio::lowerIsBetter);
        assertThat(scores.bars()).extracting(Bar.Verdict::kept).containsExactly(false, true);
        assertThat(scores.bars().get(0))
                .hasToString(
                        "MISSED: JmhScoresTest$ByParam.write: KEYED to STOCK {keys=ZIPF}, CPU 0.50, at most 0.40 (promise 3)");
        assertThat(scores.scores()).hasSize(3);
        assertThat(scores.scores().get(1).cpuNanos().median()).isEqualTo(110);
    }

    @Test
    void methodsAreComparedAtEqualParameters() {
        JmhScores scores = JmhScores.of(
                List.of(new JmhPass(Map.of(
                        point(ByMethod.class, "kit", Map.of("n", "1")), cost(30, 0),
                        point(ByMethod.class, "reference", Map.of("n", "1")), cost(40, 16),
                        point(ByMethod.class, "reference", Map.of("n", "2")), cost(1, 16)))),
                JmhScoresTest::type);

        assertThat(scores.ratios()).hasSize(2);
        assertThat(scores.ratios().get(0).what()).isEqualTo("JmhScoresTest$ByMethod: kit to reference {n=1}, CPU");
        assertThat(scores.ratios().get(0).spread().median()).isEqualTo(0.75, within(1e-9));
        assertThat(scores.ratios().get(1).spread().median()).isEqualTo(0);
    }

    @Test
    void eachMethodOfAClassHasARatioOfItsOwn() {
        JmhScores scores = JmhScores.of(
                List.of(new JmhPass(Map.of(
                        point(ByParam.class, "read", Map.of("writer", "NOTHING")), cost(0, 0),
                        point(ByParam.class, "read", Map.of("writer", "STOCK")), cost(10, 8),
                        point(ByParam.class, "read", Map.of("writer", "KEYED")), cost(20, 8),
                        point(ByParam.class, "write", Map.of("writer", "NOTHING")), cost(0, 0),
                        point(ByParam.class, "write", Map.of("writer", "STOCK")), cost(10, 8),
                        point(ByParam.class, "write", Map.of("writer", "KEYED")), cost(90, 8)))),
                JmhScoresTest::type);

        assertThat(scores.ratios())
                .filteredOn(ratio -> ratio.what().equals("JmhScoresTest$ByParam.read: KEYED to STOCK, CPU"))
                .singleElement()
                .satisfies(ratio -> assertThat(ratio.spread()).isEqualTo(Spread.of(2)));
        assertThat(scores.ratios())
                .filteredOn(ratio -> ratio.what().equals("JmhScoresTest$ByParam.write: KEYED to STOCK, CPU"))
                .singleElement()
                .satisfies(ratio -> assertThat(ratio.spread()).isEqualTo(Spread.of(9)));
    }

    @Test
    void nothingBesideNothingIsEven() {
        JmhScores scores = JmhScores.of(
                List.of(new JmhPass(Map.of(
                        point(ByMethod.class, "kit", Map.of()), cost(30, 0.2),
                        point(ByMethod.class, "reference", Map.of()), cost(30, 0.001)))),
                JmhScoresTest::type);

        assertThat(scores.ratios().get(1).spread().median()).isEqualTo(1);
    }

    @Test
    void aClassThatNamesNoReferenceHasScoresOnly() {
        JmhScores scores = JmhScores.of(
                List.of(new JmhPass(Map.of(point(Alone.class, "kit", Map.of()), cost(30, 0)))), JmhScoresTest::type);

        assertThat(scores.ratios()).isEmpty();
        assertThat(scores.scores())
                .singleElement()
                .extracting(JmhScore::benchmark)
                .isEqualTo("JmhScoresTest$Alone.kit");
    }

    private static JmhPass writers(double nothing, double stock, double keyed) {
        Map<JmhPass.Point, JmhPass.Cost> costs = new LinkedHashMap<>();
        costs.put(writer("NOTHING"), cost(nothing, 72));
        costs.put(writer("STOCK"), cost(stock, 126));
        costs.put(writer("KEYED"), cost(keyed, 76));
        return new JmhPass(costs);
    }

    private static JmhPass.Point writer(String writer) {
        return point(ByParam.class, "write", Map.of("keys", "ZIPF", "writer", writer));
    }

    private static JmhPass.Point point(Class<?> type, String method, Map<String, String> params) {
        return new JmhPass.Point(type.getName(), method, params);
    }

    private static JmhPass.Cost cost(double cpuNanos, double bytes) {
        return new JmhPass.Cost(cpuNanos, bytes);
    }

    private static Class<?> type(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }
}
