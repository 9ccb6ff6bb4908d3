package io.connectorkit.aws.kinesis;

import org.apache.flink.configuration.MemorySize;

/** The contract with records of a key that travel together. */
class KinesisAggregatedSinkContractTest extends KinesisSinkContractTest {

    @Override
    KinesisSinkOptions options(KinesisSinkOptions options) {
        return options.withAggregation(MemorySize.parse("50kb"));
    }
}
