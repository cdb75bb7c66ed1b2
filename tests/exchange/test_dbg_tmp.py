from tests.exchange.conftest import *
from tests.exchange.test_undo import *
HEADER = None
def test_dbg(importer, tmp_path):
    import tests.exchange.test_undo as t
    head=[n for n in dir(t) if n.isupper()]
    print(head)
    rows=['Gamma SARL,,,,#REF!,voir site,"#REF!",,,,=1+1','Alpha,,Maîche,25120,12,,"12",Paul,Roy,,=1+1',',732829321,Morteau,25500,N/A,#REF!,"polissage; sertissage",Paul,Roy,,N/A',',552100554,,,polissage; sertissage,=1+1,"0381000001",Jeanne,Morel,j@example.org,','ALPHA,732829320,Maîche,25120,voir site,voir site,"N/A",Paul,Roy,,=1+1']
    seeds=['ALPHA,732829320,,,#REF!,polissage; sertissage,"voir site",,,,N/A','Ateliers du Doubs,552100554,Morteau,25500,=1+1,#REF!,"#REF!",,Petit,pas d\'adresse,polissage; sertissage','ALPHA,,,,#REF!,,"12",,Petit,pas d\'adresse,',',732829321,Maîche,25120,voir site,=1+1,"=1+1",Paul,Roy,,voir site']
    for name in head: print(name, getattr(t,name) if len(str(getattr(t,name)))<400 else '')
    H=t.HEADER if hasattr(t,'HEADER') else t.HEADERS
    def w(n, rs):
        p=tmp_path/n; p.write_text('\n'.join([H if isinstance(H,str) else ','.join(H), *rs]), encoding='utf-8'); return p
    importer.apply(w('a.csv',seeds), entity='organisation', header_row=1)
    f=w('b.csv',rows)
    importer.apply(f, entity='organisation', header_row=1)
    ref, again = importer.apply(f, entity='organisation', header_row=1)
    for r in again.rows:
        for part in r.parts:
            for c in part.changes: print(r.row, r.verdict, part.entity, c.field, repr(c.old), '->', repr(c.new), c.extra)
    print(again.counts); assert 0
