/** Tests that every implementation of a contract inherits; published as the test jar of this module. */
package io.memflow.core.contract;
