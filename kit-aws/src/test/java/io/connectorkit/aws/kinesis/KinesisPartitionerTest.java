package io.connectorkit.aws.kinesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Serializable;
import java.util.function.Function;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.data.RowData;
import org.junit.jupiter.api.Test;

/** What {@code sink.partitioner} refuses; what it does shows on a stream in {@link KinesisSinkTableIT}. */
class KinesisPartitionerTest {

    private final TableEnvironment sql = TableEnvironment.create(EnvironmentSettings.inStreamingMode());

    /** The first letter of the first column, as a user has it. */
    public static final class FirstLetter implements Function<RowData, String>, Serializable {
        private static final long serialVersionUID = 1L;

        @Override
        public String apply(RowData row) {
            return row.getString(0).toString().substring(0, 1);
        }
    }

    /** Cannot travel with the job. */
    public static final class Unserializable implements Function<RowData, String> {
        @Override
        public String apply(RowData row) {
            return "";
        }
    }

    private String plan(String columns, String partitionedBy, String options) {
        sql.executeSql("DROP TEMPORARY TABLE IF EXISTS t");
        sql.executeSql("CREATE TEMPORARY TABLE t (" + columns + ") " + partitionedBy
                + " WITH ('connector' = 'kit-kinesis', 'stream.arn' = 'orders', 'format' = 'json', " + options + ")");
        return sql.explainSql("INSERT INTO t VALUES ('a', 1)");
    }

    @Test
    void knowsTheWordsAndClasses() {
        for (String partitioner : new String[] {"fixed", "random", "RANDOM", FirstLetter.class.getName()}) {
            assertThat(plan("id STRING, v INT", "", "'sink.partitioner' = '" + partitioner + "'"))
                    .contains("Sink");
        }
        assertThat(plan("id STRING, v INT", "PARTITIONED BY (id, v)", "'sink.partitioner-field-delimiter' = ''"))
                .contains("Sink");
    }

    @Test
    void refusesToPartitionByTwoThings() {
        assertThatThrownBy(() -> plan("id STRING, v INT", "PARTITIONED BY (id)", "'sink.partitioner' = 'random'"))
                .rootCause()
                .hasMessage("Options of a 'kit-kinesis' table:\nsink.partitioner must be left out of a table with a"
                        + " PRIMARY KEY or PARTITIONED BY, which is its partition key, got 'random'");
        assertThatThrownBy(() -> plan("id STRING, v INT", "", "'sink.partitioner-field-delimiter' = '-'"))
                .rootCause()
                .hasMessage("Options of a 'kit-kinesis' table:\nsink.partitioner-field-delimiter must be set with"
                        + " PARTITIONED BY only (and without a PRIMARY KEY), got '-'");
    }

    @Test
    void refusesWhatIsNoPartitioner() {
        assertThatThrownBy(() -> plan("id STRING, v INT", "", "'sink.partitioner' = 'com.example.Missing'"))
                .hasStackTraceContaining("sink.partitioner must be fixed, random or a class with a public constructor"
                        + " without arguments, got 'com.example.Missing' (java.lang.ClassNotFoundException:"
                        + " com.example.Missing)");
        for (Class<?> wrong : new Class<?>[] {Unserializable.class, Object.class}) {
            assertThatThrownBy(() -> plan("id STRING, v INT", "", "'sink.partitioner' = '" + wrong.getName() + "'"))
                    .hasStackTraceContaining("sink.partitioner must be a serializable java.util.function.Function of"
                            + " RowData to String, got " + wrong.getName());
        }
    }
}
