/** DynamoDB Streams as a source of typed changes. */
@NullMarked
package io.connectorkit.aws.dynamodbstreams;

import org.jspecify.annotations.NullMarked;
