package io.connectorkit.benchmarks.contest;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** The shape of the machine of a run; never its name. */
public record Machine(int cores, long gibibytes, String jdk, String os) {

    static Machine here() {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return new Machine(
                Runtime.getRuntime().availableProcessors(),
                Math.round(system.getTotalMemorySize() / (double) (1L << 30)),
                Runtime.version().feature() + " (" + System.getProperty("java.vm.version") + ")",
                System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    }

    /** As part of a folder's name: {@code 2cores-23gb-jdk17}. */
    String shape() {
        return cores + "cores-" + gibibytes + "gb-jdk" + jdk.substring(0, jdk.indexOf(' '));
    }

    @Override
    public String toString() {
        return cores + " cores, " + gibibytes + " GB, JDK " + jdk + ", " + os;
    }
}
