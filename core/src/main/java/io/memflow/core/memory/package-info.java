/** Memory that can be read: batches, views, physical memory and its map. */
package io.memflow.core.memory;
