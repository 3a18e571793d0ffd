# SPDX-License-Identifier: Apache-2.0
# What makes other forms of the lines.
nobase_dist_pkgdata_DATA += examples/misp.jq examples/ocsf.jq examples/stix.jq
