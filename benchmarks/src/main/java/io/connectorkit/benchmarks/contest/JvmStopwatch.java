package io.connectorkit.benchmarks.contest;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;

/**
 * Wall time, CPU time of this process and bytes allocated by its threads.
 *
 * <p>JDK 17 tells allocation for each living thread only, so a thread of its own looks every {@value #PAUSE_MILLIS} ms:
 * of a thread that ends, what it allocated after the last look is missed.
 */
final class JvmStopwatch implements Stopwatch, AutoCloseable {

    private static final int PAUSE_MILLIS = 20;

    private final OperatingSystemMXBean process = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private final ThreadMXBean threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
    private final Map<Long, Long> allocatedBy = new HashMap<>();
    private final Thread looker = new Thread(this::lookAround, "stopwatch-allocation");

    JvmStopwatch() {
        looker.setDaemon(true);
        looker.start();
    }

    @Override
    public Lap time(Rival rival) throws Exception {
        long bytes = allocated();
        long cpu = process.getProcessCpuTime();
        long start = System.nanoTime();
        long records = rival.run();
        long wall = System.nanoTime() - start;
        return new Lap(records, Math.max(1, wall), process.getProcessCpuTime() - cpu, allocated() - bytes);
    }

    private synchronized long allocated() {
        long[] ids = threads.getAllThreadIds();
        long[] bytes = threads.getThreadAllocatedBytes(ids);
        for (int i = 0; i < ids.length; i++) {
            allocatedBy.merge(ids[i], bytes[i], Math::max);
        }
        return allocatedBy.values().stream().mapToLong(Long::longValue).sum();
    }

    private void lookAround() {
        try {
            while (!Thread.interrupted()) {
                allocated();
                Thread.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        looker.interrupt();
    }
}
