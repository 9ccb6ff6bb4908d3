package io.connectorkit.examples.flights;

/** An airport as the lookup finds it. */
public record Airport(String iata, String name, String city) {}
