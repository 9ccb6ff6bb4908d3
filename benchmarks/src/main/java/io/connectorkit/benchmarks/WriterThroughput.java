package io.connectorkit.benchmarks;

import io.connectorkit.benchmarks.contest.Contest;
import io.connectorkit.benchmarks.contest.Session;
import io.connectorkit.benchmarks.contest.Throughput;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.infra.Blackhole;

/**
 * The writer beside Flink's stock AsyncSinkWriter in one JVM, in turns of a fraction of a second: what neighbours take of
 * caches and cores, they take of both.
 */
public final class WriterThroughput implements Throughput {

    private static final int IN_FLIGHT = 50;
    private static final int ROUNDS = 15;
    private static final String ISSUE = "the write path's promise";

    private final Blackhole blackhole = new Blackhole(
            "Today's password is swordfish. I understand instantiating Blackholes directly is dangerous.");

    @Override
    public String name() {
        return "WriterThroughput";
    }

    @Override
    public void run(Session session) throws Exception {
        for (WriterSubject.Keys keys : WriterSubject.Keys.values()) {
            for (int latencyMillis : new int[] {0, 5}) {
                contest(session, keys, latencyMillis);
            }
        }
    }

    private void contest(Session session, WriterSubject.Keys keys, int latencyMillis) throws Exception {
        long[] ids = WriterSubject.ids(keys, session.scaled(1_000_000));
        Contest contest = session.contest(
                        "Writer, " + keys.name().toLowerCase(Locale.ROOT) + " keys, " + latencyMillis + " ms",
                        "changes")
                .baseline("stock")
                .floor("nothing")
                .cpuBar("unordered", 0.5, ISSUE)
                .bytesBar("unordered", 0.25, ISSUE)
                .cpuBar("keyed", 1.0, ISSUE)
                .rounds(ROUNDS)
                .note(
                        "Batches of 500, 50 in flight, the destination takes everything at once or after "
                                + latencyMillis
                                + " ms of virtual time. Making a change costs as much as the row 'nothing', taken off all others.");
        List<WriterSubject> open = new ArrayList<>();
        try {
            for (WriterSubject.Kind kind : WriterSubject.Kind.values()) {
                WriterSubject subject = new WriterSubject(kind, latencyMillis, IN_FLIGHT);
                open.add(subject);
                contest.rival(kind.name().toLowerCase(Locale.ROOT), () -> {
                    subject.write(ids, blackhole);
                    return ids.length;
                });
            }
            contest.run();
        } finally {
            for (WriterSubject subject : open) {
                subject.close();
            }
        }
    }
}
