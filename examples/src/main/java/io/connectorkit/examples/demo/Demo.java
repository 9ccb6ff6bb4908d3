package io.connectorkit.examples.demo;

import io.connectorkit.examples.demo.DemoOptions.UsageException;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.logging.LogManager;
import org.slf4j.LoggerFactory;

/** The demo's entry: reads the command line, runs once, and turns the result into an exit code. */
public final class Demo {

    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    /** Where demo-log4j2.properties writes to. */
    private static final String LOG_FILE = "kit.demo.log";

    private Demo() {}

    /** Run by the script {@code demo}, which sets the system properties that are read here. */
    public static void main(String[] args) {
        // Flink's log, with the stack traces of every kill, goes to a file: the console is for people.
        LogManager.getLogManager().reset();
        Resources resources = new Resources();
        Progress progress = new Progress(System.out, Integer.getInteger("kit.demo.columns", 0));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(resources, progress), "demo-stop"));
        int code = run(List.of(args), progress, System.err, resources);
        resources.close();
        System.exit(code);
    }

    /** Ctrl-C, SIGTERM, or the end. */
    private static void stop(Resources resources, Progress progress) {
        if (!resources.closed()) {
            progress.end("Stopping everything that was started");
            resources.interrupt();
        }
    }

    /** Runs with {@code args}; what it starts is in {@code resources}, for who stops it from outside. */
    static int run(List<String> args, Progress progress, PrintStream err, Resources resources) {
        if (args.contains("--help") || args.contains("-h")) {
            progress.line("%s", DemoOptions.HELP.stripTrailing());
            return OK;
        }
        try (resources) {
            DemoOptions options = DemoOptions.parse(args);
            Servers.checkFree(options.ports());
            Report report = new DemoRun(options, progress, resources).run();
            progress.line("");
            report.lines().forEach(line -> progress.line("%s", line));
            progress.line("");
            progress.line("%s", report.verdict());
            if (options.keep()) {
                progress.line("Servers and Flink's web page stay up until Ctrl-C.");
                new CountDownLatch(1).await();
            }
            return report.problems().isEmpty() ? OK : FAILED;
        } catch (UsageException e) {
            err.println("demo: " + e.getMessage());
            return USAGE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return FAILED;
        } catch (Exception | LinkageError e) {
            if (resources.interrupted()) {
                return FAILED;
            }
            LoggerFactory.getLogger(Demo.class).error("The run failed", e);
            progress.clear();
            err.println("demo: " + (e instanceof DemoFailure ? e.getMessage() : e) + log());
            return FAILED;
        }
    }

    private static String log() {
        String file = System.getProperty(LOG_FILE);
        return file == null ? "" : " (log: " + file + ")";
    }
}
