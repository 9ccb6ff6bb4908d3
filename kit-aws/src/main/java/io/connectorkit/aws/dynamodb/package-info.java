/** A DynamoDB table as a sink: whole items or steps, guarded by a version attribute. */
@NullMarked
package io.connectorkit.aws.dynamodb;

import org.jspecify.annotations.NullMarked;
