/** The commits by which workflows here may name other people's actions: each is played by a stand-in. A pin that is not listed is not found, and the test fails. */
export const PINS: Readonly<Record<string, string>> = {
  'actions/checkout': '3d3c42e5aac5ba805825da76410c181273ba90b1', // v7.0.1
  'actions/upload-artifact': 'bbbca2ddaa5d8feaa63e36b76fdaad77386f024f', // v7.0.0
  'actions/download-artifact': '3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c', // v8.0.1
  'actions/setup-node': '820762786026740c76f36085b0efc47a31fe5020', // v7.0.0
  'actions/attest': '1e69f48acb82d1966a394da916b4c1698aa569d6', // v4.2.2
};
