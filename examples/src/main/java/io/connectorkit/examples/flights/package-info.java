/** The job to copy: a DynamoDB table, enriched from PostgreSQL, kept in Elasticsearch and PostgreSQL. */
@NullMarked
package io.connectorkit.examples.flights;

import org.jspecify.annotations.NullMarked;
