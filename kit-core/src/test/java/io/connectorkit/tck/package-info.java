/** Tools to test a destination with, the kit's own and those of others. */
package io.connectorkit.tck;
