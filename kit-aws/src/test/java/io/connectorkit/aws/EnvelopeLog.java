package io.connectorkit.aws;

import io.connectorkit.change.Change;
import io.connectorkit.change.ChangeKey;
import io.connectorkit.change.ChangeVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads records in envelopes as a consumer does. */
public final class EnvelopeLog {

    private EnvelopeLog() {}

    /** Text of each live key: the newest version, or the last record where there are none. Data is a JSON string. */
    public static Map<ChangeKey, String> contents(List<byte[]> records) throws IOException {
        Map<ChangeKey, Change<byte[]>> newest = new HashMap<>();
        for (byte[] record : records) {
            Change<byte[]> change = RecordEnvelope.JSON.change(record);
            Change<byte[]> held = newest.get(change.key());
            ChangeVersion version = change.version();
            if (held == null || version == null || held.version() == null || version.compareTo(held.version()) >= 0) {
                newest.put(change.key(), change);
            }
        }
        Map<ChangeKey, String> contents = new HashMap<>();
        newest.forEach((key, change) -> {
            if (change instanceof Change.Upsert<byte[]> upsert) {
                String json = new String(upsert.payload(), StandardCharsets.UTF_8);
                contents.put(key, json.substring(1, json.length() - 1));
            }
        });
        return contents;
    }

    /** The versions of each key in the order of their first appearance. */
    public static Map<ChangeKey, List<Long>> versions(List<byte[]> records) throws IOException {
        Map<ChangeKey, Set<Long>> versions = new HashMap<>();
        for (byte[] record : records) {
            Change<byte[]> change = RecordEnvelope.JSON.change(record);
            versions.computeIfAbsent(change.key(), key -> new LinkedHashSet<>())
                    .add(change.version().longValue());
        }
        Map<ChangeKey, List<Long>> lists = new HashMap<>();
        versions.forEach((key, set) -> lists.put(key, new ArrayList<>(set)));
        return lists;
    }
}
