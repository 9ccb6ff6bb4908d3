package io.connectorkit.examples.demo;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.executiongraph.ErrorInfo;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;

/** Flink in this JVM: one job manager with its web page, and one task manager at a time, which can be killed. */
final class Cluster implements AutoCloseable {

    private static final String LOOPBACK = "127.0.0.1";
    private static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final MiniCluster cluster;
    private final Configuration configuration;
    private final Path savepoints;
    private int taskManager;

    private Cluster(Configuration configuration, int slots, Path folder) {
        this.configuration = configuration;
        this.savepoints = folder.resolve("savepoints");
        this.cluster = new MiniCluster(new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(slots)
                .build());
    }

    /** Starts on {@code webPort} (0: a free one) of the loopback interface; checkpoints go below {@code folder}. */
    static Cluster start(int webPort, int slots, int restarts, Path folder) throws Exception {
        Configuration configuration = new Configuration();
        configuration.set(RestOptions.ADDRESS, LOOPBACK);
        configuration.set(RestOptions.BIND_ADDRESS, LOOPBACK);
        configuration.set(RestOptions.PORT, webPort);
        configuration.set(RestOptions.BIND_PORT, Integer.toString(webPort));
        configuration.set(JobManagerOptions.ADDRESS, LOOPBACK);
        configuration.set(JobManagerOptions.BIND_HOST, LOOPBACK);
        configuration.set(TaskManagerOptions.HOST, LOOPBACK);
        configuration.set(TaskManagerOptions.BIND_HOST, LOOPBACK);
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, CHECKPOINT_INTERVAL);
        configuration.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
        configuration.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                folder.resolve("checkpoints").toUri().toString());
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, restarts);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(200));
        configuration.setString("metrics.reporter.demo.factory.class", SinkMetrics.Factory.class.getName());
        Cluster started = new Cluster(configuration, slots, folder);
        started.cluster.start();
        return started;
    }

    /** Flink's own web page. */
    String webPage() throws Exception {
        return "http://" + LOOPBACK + ":" + cluster.getRestAddress().get().getPort();
    }

    /** An environment with this cluster's settings. */
    StreamExecutionEnvironment environment(int parallelism) {
        return new StreamExecutionEnvironment(configuration).setParallelism(parallelism);
    }

    /** Submits what was defined on {@code environment} under {@code name}. */
    JobID submit(StreamExecutionEnvironment environment, String name) throws Exception {
        StreamGraph graph = environment.getStreamGraph();
        graph.setJobName(name);
        return cluster.submitJob(graph.getJobGraph()).get().getJobID();
    }

    JobStatus status(JobID job) throws Exception {
        return cluster.getJobStatus(job).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /** Why the job failed last, if it did. */
    Optional<Throwable> failure(JobID job) throws Exception {
        ErrorInfo info = cluster.getExecutionGraph(job)
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .getFailureInfo();
        return Optional.ofNullable(info)
                .map(found -> found.getException().deserializeError(Cluster.class.getClassLoader()));
    }

    /** Kills the task manager with everything that runs on it, and starts another: the job restarts from its checkpoint. */
    void killTaskManager() throws Exception {
        cluster.terminateTaskManager(taskManager++).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        cluster.startTaskManager();
    }

    /**
     * Stops the sources, waits until the sinks have delivered everything, and ends the job. It drains: otherwise changes
     * that still wait for a lookup would go into the savepoint, and not into the stores.
     */
    void stop(JobID job) throws Exception {
        cluster.stopWithSavepoint(job, savepoints.toUri().toString(), true, SavepointFormatType.CANONICAL)
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public void close() throws Exception {
        cluster.close();
    }
}
