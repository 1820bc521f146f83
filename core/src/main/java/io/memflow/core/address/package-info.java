/** Addresses, ranges of them, and what is known of a page. */
package io.memflow.core.address;
