/** Tests of the stream operators. */
package io.connectorkit.operator;
