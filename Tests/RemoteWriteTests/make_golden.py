"""Makes Golden.swift with Google's own protobuf library, which shares nothing with the code under test.

Run by hand where the messages change:  pip install grpcio-tools && python3 make_golden.py > Golden.swift
The definitions are written down here from the specification's tables, as far as the tests need them.
"""
import importlib, os, struct, sys, tempfile
from grpc_tools import protoc

PROTO = '''
syntax = "proto3";
package golden;
message Request1 { repeated Series1 timeseries = 1; repeated Metadata1 metadata = 3; }
message Series1 { repeated Label labels = 1; repeated Sample1 samples = 2; repeated Exemplar1 exemplars = 3;
  repeated Histogram histograms = 4; }
message Label { string name = 1; string value = 2; }
message Sample1 { double value = 1; int64 timestamp = 2; }
message Exemplar1 { repeated Label labels = 1; double value = 2; int64 timestamp = 3; }
message Metadata1 { int32 type = 1; string metric_family_name = 2; string help = 4; string unit = 5; }
message Histogram { uint64 count_int = 1; double sum = 3; sint32 schema = 4; repeated sint64 positive_deltas = 12;
  int64 timestamp = 15; }
message Request2 { repeated string symbols = 4; repeated Series2 timeseries = 5; }
message Series2 { repeated uint32 labels_refs = 1; repeated Sample2 samples = 2; repeated Histogram histograms = 3;
  repeated Exemplar2 exemplars = 4; Metadata2 metadata = 5; }
message Sample2 { double value = 1; int64 timestamp = 2; int64 start_timestamp = 3; }
message Exemplar2 { repeated uint32 labels_refs = 1; double value = 2; int64 timestamp = 3; }
message Metadata2 { int32 type = 1; uint32 help_ref = 3; uint32 unit_ref = 4; }
'''

STALE = struct.unpack('<d', struct.pack('<Q', 0x7ff0000000000002))[0]
SERIES = [
    ([('__name__', 'node_load1'), ('instance', 'gw-7')], [(1.5, 1795203419717), (-0.0, 1795203434717)]),
    ([('__name__', 'up'), ('job', 'Gießerei'), ('note', 'x' * 300)],
     [(0.0, 1), (float('inf'), 0), (float('-inf'), -1), (5e-324, 2**63 - 1), (1.7976931348623157e308, -2**63)]),
]

def compiled():
    directory = tempfile.mkdtemp()
    with open(os.path.join(directory, 'golden.proto'), 'w') as file:
        file.write(PROTO)
    if protoc.main(['', '-I' + directory, '--python_out=' + directory, 'golden.proto']) != 0:
        sys.exit('protoc failed')
    sys.path.insert(0, directory)
    return importlib.import_module('golden_pb2')

def request1(pb):
    request = pb.Request1()
    for labels, samples in SERIES:
        series = request.timeseries.add()
        for name, value in labels:
            series.labels.add(name=name, value=value)
        for value, time in samples:
            series.samples.add(value=value, timestamp=time)
    return request

def symbol(request, text):
    if text not in request.symbols:
        request.symbols.append(text)
    return list(request.symbols).index(text)

def request2(pb, start=0, help=False):
    request = pb.Request2()
    request.symbols.append('')
    for index, (labels, samples) in enumerate(SERIES):
        series = request.timeseries.add()
        for pair in labels:
            series.labels_refs.extend(symbol(request, text) for text in pair)
        for value, time in samples:
            series.samples.add(value=value, timestamp=time, start_timestamp=start)
        if help and index == 0:
            series.metadata.help_ref = symbol(request, '1m load average.')
            series.metadata.unit_ref = symbol(request, 'runs')
        series.metadata.type = 2 if index == 0 else 1
    return request

def main():
    pb = compiled()
    messages = {}
    one = request1(pb)
    messages['request1'] = one
    with_metadata = request1(pb)
    with_metadata.metadata.add(type=2, metric_family_name='node_load1', help='1m load average.', unit='runs')
    with_metadata.metadata.add(type=1, metric_family_name='up')
    messages['request1WithMetadata'] = with_metadata
    extended = request1(pb)
    extended.timeseries[0].exemplars.add(value=1, timestamp=2).labels.add(name='trace_id', value='a')
    extended.timeseries[1].histograms.add(count_int=3, sum=1.5, schema=-2, positive_deltas=[1, -1], timestamp=5)
    messages['request1WithExemplarAndHistogram'] = extended
    messages['request2'] = request2(pb)
    messages['request2WithStartAndHelp'] = request2(pb, start=1795203000000, help=True)
    extended = request2(pb)
    extended.timeseries[0].exemplars.add(labels_refs=[1, 2], value=1, timestamp=2)
    histogram = extended.timeseries.add(labels_refs=[1, 2])
    histogram.histograms.add(count_int=3, sum=1.5, schema=-2, positive_deltas=[1, -1], timestamp=5)
    messages['request2WithExemplarAndHistogram'] = extended
    stale = pb.Request1()
    series = stale.timeseries.add()
    series.labels.add(name='__name__', value='up')
    series.samples.add(value=STALE, timestamp=7)
    messages['request1Stale'] = stale
    print('// Made by make_golden.py with Google\'s protobuf library; do not edit.')
    print('enum Golden {')
    for name, message in messages.items():
        text = message.SerializeToString().hex()
        print(f'    static let {name} = hexadecimal(')
        lines = [text[i:i + 100] for i in range(0, len(text), 100)]
        print(',\n'.join(f'        "{line}"' for line in lines) + ')')
    print('}')

main()
