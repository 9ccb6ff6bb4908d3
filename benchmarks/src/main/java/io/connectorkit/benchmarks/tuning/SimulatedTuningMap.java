package io.connectorkit.benchmarks.tuning;

import io.connectorkit.benchmarks.contest.Session;
import io.connectorkit.benchmarks.contest.Throughput;
import io.connectorkit.sink.WindowRun;
import io.connectorkit.sink.WindowTrace;
import java.util.List;

/**
 * Two simulated services in virtual time: one that takes whatever its four workers can, and one that chokes when more than
 * eight requests are inside. The same numbers on every machine.
 */
public final class SimulatedTuningMap implements Throughput {

    private static final List<Integer> BATCHES = List.of(12, 25, 50, 100);
    private static final List<Integer> IN_FLIGHT = List.of(1, 2, 4, 8, 16, 32);
    private static final List<Integer> BUFFERS = List.of(1, 2, 4);
    private static final int SEED = 1;

    @Override
    public String name() {
        return "SimulatedTuningMap";
    }

    @Override
    public void run(Session session) throws Exception {
        map(session, "Simulated service, steady", WindowTrace.steady());
        map(session, "Simulated service that chokes", WindowTrace.choking());
    }

    private static void map(Session session, String title, WindowTrace trace) throws Exception {
        WindowRun adaptive = WindowRun.adaptive(trace, SEED, TuningMap.BUDGET);
        long[] batch = adaptive.batch();
        long[] window = adaptive.window();
        // The first phase of a trace: afterwards the service is another one.
        int seconds = trace.phases().size() > 1 ? trace.phases().get(1).fromSecond() : trace.seconds();
        for (int buffered : session.quick() ? List.of(2) : BUFFERS) {
            session.say(title + ", " + buffered + " x the flight held");
            TuningMap map = TuningMap.of(session, title, buffered);
            for (int entries : session.quick() ? List.of(25, 100) : BATCHES) {
                for (int inFlight : session.quick() ? List.of(1, 8, 32) : IN_FLIGHT) {
                    WindowRun run = WindowRun.fixed(trace, SEED, entries, inFlight, buffered);
                    map.cell(session, entries, inFlight, run.goodput(10, seconds), WindowRun.p99(run.flushMillis()));
                }
            }
            for (int second = 1; second < seconds; second++) {
                map.step(batch[second], window[second]);
            }
        }
    }
}
