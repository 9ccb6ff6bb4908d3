/** Kinesis Data Streams as a source and a destination. */
@NullMarked
package io.connectorkit.aws.kinesis;

import org.jspecify.annotations.NullMarked;
