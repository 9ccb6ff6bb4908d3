package io.connectorkit.aws.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.core.io.SimpleVersionedSerialization;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

class ShardSerializersTest {

    private static final Instant TIME = Instant.parse("2026-01-02T03:04:05.000000006Z");

    @Test
    void splitsSurvive() throws Exception {
        for (ShardPosition position : List.of(
                ShardPosition.oldest(),
                ShardPosition.trimHorizon(),
                ShardPosition.latest(TIME),
                ShardPosition.since(TIME),
                ShardPosition.after("000000000000000000042"))) {
            for (boolean ended : new boolean[] {false, true}) {
                for (Instant dropBefore : new Instant[] {null, TIME}) {
                    ShardSplit split = new ShardSplit("stream", "shard", position, dropBefore, dropBefore, TIME, ended);
                    ShardSplitSerializer serializer = new ShardSplitSerializer();
                    assertThat(SimpleVersionedSerialization.readVersionAndDeSerialize(
                                    serializer,
                                    SimpleVersionedSerialization.writeVersionAndSerialize(serializer, split)))
                            .isEqualTo(split);
                }
            }
        }
    }

    @Test
    void readsTheSplitsOfVersionOne() throws Exception {
        ShardSplit split = new ShardSplit("stream", "shard", ShardPosition.after("42"), TIME, true);
        byte[] bytes = new ShardSplitSerializer().serialize(split);
        byte[] one = Arrays.copyOf(bytes, bytes.length - 2);
        assertThat(new ShardSplitSerializer().deserialize(1, one)).isEqualTo(split);
    }

    @Test
    void enumeratorStateSurvives() throws Exception {
        EnumeratorState state = new EnumeratorState(
                "stream",
                42,
                43,
                List.of(
                        new ShardGraph.Kept("a", List.of(), true, ShardGraph.State.ENDED, null),
                        new ShardGraph.Kept("b", List.of("x"), false, ShardGraph.State.READING, null),
                        new ShardGraph.Kept(
                                "ab",
                                List.of("a", "b"),
                                false,
                                ShardGraph.State.WAITING,
                                ShardSplit.at("stream", "ab", ShardPosition.since(TIME)))));
        EnumeratorStateSerializer serializer = new EnumeratorStateSerializer();
        assertThat(serializer.deserialize(3, serializer.serialize(state))).isEqualTo(state);
        EnumeratorState empty = new EnumeratorState(null, 7, 0, List.of());
        assertThat(serializer.deserialize(3, serializer.serialize(empty))).isEqualTo(empty);
    }

    @Test
    void readsTheEnumeratorStateOfVersionTwo() throws Exception {
        EnumeratorState state = new EnumeratorState(null, 7, 9, List.of());
        byte[] three = new EnumeratorStateSerializer().serialize(state);
        // Presence of the stream, start, then what version 2 had not.
        byte[] two = new byte[three.length - Long.BYTES];
        System.arraycopy(three, 0, two, 0, 1 + Long.BYTES);
        System.arraycopy(three, 1 + 2 * Long.BYTES, two, 1 + Long.BYTES, two.length - 1 - Long.BYTES);
        assertThat(new EnumeratorStateSerializer().deserialize(2, two))
                .isEqualTo(new EnumeratorState(null, 7, 0, List.of()));
    }

    @Test
    void refusesAVersionItDoesNotKnow() {
        assertThatThrownBy(() -> new ShardSplitSerializer().deserialize(4, new byte[0]))
                .hasMessage("state of the shard source must have version 1 to 3, got 4; it was written by a newer kit");
        assertThatThrownBy(() -> new EnumeratorStateSerializer().deserialize(4, new byte[0]))
                .hasMessage("state of the shard source must have version 1 to 3, got 4; it was written by a newer kit");
    }

    @Test
    void eventsTravelAsJavaObjects() throws Exception {
        for (ShardEvent event : List.of(
                new ShardEvent.Ended("a", TIME),
                new ShardEvent.Restored(List.of("a"), List.of(new ShardEvent.Ended("b", null))),
                new ShardEvent.EndsKept(List.of("a")))) {
            assertThat(InstantiationUtil.<ShardEvent>deserializeObject(
                            InstantiationUtil.serializeObject(event), getClass().getClassLoader()))
                    .isEqualTo(event);
        }
    }
}
