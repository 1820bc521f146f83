/** Structures of a target as Java records or as slots: fields bound to offsets, a whole list read as one batch. */
package io.memflow.core.record;
