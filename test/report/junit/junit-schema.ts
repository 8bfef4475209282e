import { XmlDocument, XsdValidator } from 'libxml2-wasm';

/**
 * What Jenkins, GitLab, Azure and CircleCI read of JUnit's XML, which has no official schema: the elements and attributes of
 * surefire's and Jenkins' own, in their order, with `file` and `line` of a case (GitLab, CircleCI).
 */
const XSD = `<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:attributeGroup name="sum">
    <xs:attribute name="name" type="xs:string" use="required"/>
    <xs:attribute name="tests" type="xs:nonNegativeInteger" use="required"/>
    <xs:attribute name="failures" type="xs:nonNegativeInteger" use="required"/>
    <xs:attribute name="errors" type="xs:nonNegativeInteger" use="required"/>
    <xs:attribute name="time" type="xs:decimal"/>
  </xs:attributeGroup>
  <xs:complexType name="problem"><xs:simpleContent><xs:extension base="xs:string">
    <xs:attribute name="message" type="xs:string"/>
    <xs:attribute name="type" type="xs:string" use="required"/>
  </xs:extension></xs:simpleContent></xs:complexType>
  <xs:element name="testsuites"><xs:complexType>
    <xs:sequence><xs:element ref="testsuite" minOccurs="0" maxOccurs="unbounded"/></xs:sequence>
    <xs:attributeGroup ref="sum"/>
  </xs:complexType></xs:element>
  <xs:element name="testsuite"><xs:complexType>
    <xs:sequence><xs:element ref="testcase" minOccurs="0" maxOccurs="unbounded"/></xs:sequence>
    <xs:attributeGroup ref="sum"/>
    <xs:attribute name="skipped" type="xs:nonNegativeInteger"/>
  </xs:complexType></xs:element>
  <xs:element name="testcase"><xs:complexType>
    <xs:sequence>
      <xs:choice minOccurs="0">
        <xs:element name="failure" type="problem"/>
        <xs:element name="error" type="problem"/>
      </xs:choice>
      <xs:element name="system-out" type="xs:string" minOccurs="0"/>
    </xs:sequence>
    <xs:attribute name="classname" type="xs:string" use="required"/>
    <xs:attribute name="name" type="xs:string" use="required"/>
    <xs:attribute name="time" type="xs:decimal" use="required"/>
    <xs:attribute name="file" type="xs:string"/>
    <xs:attribute name="line" type="xs:positiveInteger"/>
  </xs:complexType></xs:element>
</xs:schema>`;

export interface JunitCase {
  readonly suite: string;
  readonly name: string;
  readonly failure: string | null;
  readonly failureText: string | null;
  readonly output: string | null;
}

/** The cases of a report. Throws for invalid XML, a schema error or a wrong count. */
export function junitCases(xml: string): readonly JunitCase[] {
  const schema = XmlDocument.fromString(XSD);
  const validator = XsdValidator.fromDoc(schema);
  const report = XmlDocument.fromString(xml);
  try {
    validator.validate(report);
    for (const sum of ['/testsuites', ...indexed(report, '/testsuites/testsuite')]) {
      rejectWrongCount(report, sum, 'tests', '//testcase');
      rejectWrongCount(report, sum, 'failures', '//failure');
      rejectWrongCount(report, sum, 'errors', '//error');
    }
    return indexed(report, '//testcase', true).map(path => ({
      suite: text(report, `${path}/../@name`) ?? '',
      name: text(report, `${path}/@name`) ?? '',
      failure: text(report, `${path}/failure/@message`),
      failureText: text(report, `${path}/failure`),
      output: text(report, `${path}/system-out`),
    }));
  } finally {
    report.dispose();
    validator.dispose();
    schema.dispose();
  }
}

function indexed(report: XmlDocument, path: string, flat = false): readonly string[] {
  return report.find(path).map((_, i) => (flat ? `(${path})[${i + 1}]` : `${path}[${i + 1}]`));
}

function text(report: XmlDocument, path: string): string | null {
  return report.get(path)?.content ?? null;
}

function rejectWrongCount(report: XmlDocument, sum: string, attribute: string, counted: string): void {
  const stated = Number(text(report, `${sum}/@${attribute}`));
  const found = report.find(`${sum}${counted}`).length;
  if (stated !== found) throw new Error(`${sum}/@${attribute} is ${stated}, but there are ${found}`);
}
