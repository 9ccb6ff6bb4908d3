/** DynamoDB Streams to Elasticsearch and PostgreSQL on real local servers, killed on the way and checked row by row. */
@NullMarked
package io.connectorkit.examples.demo;

import org.jspecify.annotations.NullMarked;
