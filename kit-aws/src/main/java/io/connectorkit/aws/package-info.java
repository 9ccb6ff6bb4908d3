/** What all connectors to AWS share: how a client is built, and what its failures mean. */
@NullMarked
package io.connectorkit.aws;

import org.jspecify.annotations.NullMarked;
