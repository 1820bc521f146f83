/** Caches that threads share: pages of slow memory, and translations of virtual addresses. */
package io.memflow.core.cache;
