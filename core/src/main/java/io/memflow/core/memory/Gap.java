package io.memflow.core.memory;

import io.memflow.core.address.AddressRange;

/**
 * Addresses that could not be read.
 *
 * @param range the addresses
 * @param fault why
 */
public record Gap(AddressRange range, Fault fault) {}
