/** Firehose delivery streams as a sink. */
@NullMarked
package io.connectorkit.aws.firehose;

import org.jspecify.annotations.NullMarked;
