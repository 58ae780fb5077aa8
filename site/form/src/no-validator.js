// Stands in for the validator that only the tests of @rjsf/core use.
export default {};
