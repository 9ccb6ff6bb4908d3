package io.connectorkit.examples.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the command line asks for.
 *
 * @param rows flights in the table
 * @param kills how often the task manager is killed
 * @param rate most writes a second into DynamoDB
 * @param seed of the traffic and of what is redelivered
 * @param guard whether the stores compare versions
 * @param redeliver whether older changes are delivered again after newer ones
 * @param keep whether the servers stay up after the run
 * @param parallelism of the job
 * @param ports of the servers and of Flink's web page; 0 takes a free one
 */
record DemoOptions(
        int rows,
        int kills,
        int rate,
        long seed,
        boolean guard,
        boolean redeliver,
        boolean keep,
        int parallelism,
        Ports ports) {

    /** Flights in the data set. */
    static final int MAX_ROWS = 20_000;

    /** Fewer leave no time for a checkpoint between two kills. */
    static final int MIN_ROWS = 200;

    static final String HELP =
            """
            Usage: ./demo [options]

            Writes real flights into DynamoDB, streams every change through one Flink job into
            Elasticsearch and PostgreSQL, kills the job on the way, and compares both stores with
            the table, row by row. Everything runs on this machine; only JDK 17 is needed.

            Run
              --rows N                flights, %d to %d                           (default %d)
              --rate N                writes into DynamoDB a second, at most          (default %d)
              --kills N               task manager kills, 0 to 10                     (default %d)
              --seed S                seed of the traffic, a whole number             (default %d)
              --parallelism N         of the Flink job, 1 to 16                       (default %d)
              --keep                  leave the servers running afterwards, until Ctrl-C

            What the version guard is worth
              --redeliver             deliver a share of the older changes again, after newer ones
              --guard on|off          off: the stores take whatever comes last        (default on)
                                      ./demo --guard off --redeliver shows stale rows and fails

            Ports on 127.0.0.1 (default: free ones)
              --dynamodb-port P   --elasticsearch-port P   --postgres-port P   --web-port P

              --help                  this text

            Exit code: 0 both stores equal the table (and the kills caused replays),
                       1 they do not, 2 wrong options or a port that is taken.
            """
                    .formatted(
                            MIN_ROWS,
                            MAX_ROWS,
                            defaults().rows,
                            defaults().rate,
                            defaults().kills,
                            defaults().seed,
                            defaults().parallelism);

    /** One port for each server. */
    record Ports(int dynamoDb, int elasticsearch, int postgres, int web) {

        static final String DYNAMODB = "--dynamodb-port";
        static final String ELASTICSEARCH = "--elasticsearch-port";
        static final String POSTGRES = "--postgres-port";
        static final String WEB = "--web-port";
    }

    /** Wrong input; the message is for the user as it stands. */
    static final class UsageException extends Exception {
        private static final long serialVersionUID = 1L;

        UsageException(String message) {
            super(message);
        }
    }

    static DemoOptions defaults() {
        return new DemoOptions(MAX_ROWS, 2, 2_000, 2001, true, false, false, 2, new Ports(0, 0, 0, 0));
    }

    /** Reads the arguments; all problems are in one exception. */
    static DemoOptions parse(List<String> args) throws UsageException {
        Arguments read = new Arguments(args);
        DemoOptions d = defaults();
        DemoOptions options = new DemoOptions(
                (int) read.number("--rows", MIN_ROWS, MAX_ROWS, d.rows),
                (int) read.number("--kills", 0, 10, d.kills),
                (int) read.number("--rate", 50, 100_000, d.rate),
                read.number("--seed", Long.MIN_VALUE, Long.MAX_VALUE, d.seed),
                read.onOff("--guard", d.guard),
                read.flag("--redeliver"),
                read.flag("--keep"),
                (int) read.number("--parallelism", 1, 16, d.parallelism),
                new Ports(
                        read.port(Ports.DYNAMODB),
                        read.port(Ports.ELASTICSEARCH),
                        read.port(Ports.POSTGRES),
                        read.port(Ports.WEB)));
        read.check();
        return options;
    }

    /** The arguments as options and values; collects what is wrong with them. */
    private static final class Arguments {

        private static final List<String> FLAGS = List.of("--redeliver", "--keep");
        private static final List<String> VALUED = List.of(
                "--rows",
                "--kills",
                "--rate",
                "--seed",
                "--guard",
                "--parallelism",
                Ports.DYNAMODB,
                Ports.ELASTICSEARCH,
                Ports.POSTGRES,
                Ports.WEB);

        private final Map<String, String> values = new TreeMap<>();
        private final List<String> problems = new ArrayList<>();

        Arguments(List<String> args) {
            for (int i = 0; i < args.size(); i++) {
                String arg = args.get(i);
                int equals = arg.indexOf('=');
                String option = equals < 0 ? arg : arg.substring(0, equals);
                if (FLAGS.contains(option)) {
                    put(option, equals < 0 ? "on" : arg.substring(equals + 1));
                } else if (!VALUED.contains(option)) {
                    problems.add("unknown option " + arg);
                    // Its value, if it has one, is not another problem.
                    i += i + 1 < args.size() && !args.get(i + 1).startsWith("--") ? 1 : 0;
                } else if (equals >= 0) {
                    put(option, arg.substring(equals + 1));
                } else if (i + 1 < args.size() && !args.get(i + 1).startsWith("--")) {
                    put(option, args.get(++i));
                } else {
                    problems.add(option + " needs a value");
                }
            }
        }

        private void put(String option, String value) {
            if (values.put(option, value) != null) {
                problems.add(option + " must be given once");
            }
        }

        long number(String option, long min, long max, long otherwise) {
            String value = values.get(option);
            if (value == null) {
                return otherwise;
            }
            try {
                long number = Long.parseLong(value);
                if (number >= min && number <= max) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // Reported below, with the bounds.
            }
            String rule = min == Long.MIN_VALUE ? "a whole number" : "between " + min + " and " + max;
            problems.add(option + " must be " + rule + ", got '" + value + "'");
            return otherwise;
        }

        int port(String option) {
            return (int) number(option, 1, 65_535, 0);
        }

        boolean onOff(String option, boolean otherwise) {
            String value = values.get(option);
            if (value == null) {
                return otherwise;
            }
            if (!value.equals("on") && !value.equals("off")) {
                problems.add(option + " must be on or off, got '" + value + "'");
            }
            return value.equals("on");
        }

        boolean flag(String option) {
            return onOff(option, false);
        }

        void check() throws UsageException {
            if (!problems.isEmpty()) {
                throw new UsageException(String.join("; ", problems) + " (./demo --help lists the options)");
            }
        }
    }
}
